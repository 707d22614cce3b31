"""Names as they are typed in search boxes: `ouyangzhihua` and `oyzh`."""

from pypinyin import Style, lazy_pinyin

# surnames that are read otherwise than the character alone
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge", "朴": "piao", "区": "ou",
    "任": "ren", "华": "hua", "缪": "miao", "翟": "zhai", "尉": "wei", "乐": "yue", "尹": "yin", "晁": "chao",
    "种": "chong", "员": "yun", "宓": "mi", "繁": "po", "折": "she", "洗": "xian", "冼": "xian", "召": "shao",
    "覃": "qin", "逄": "pang", "祭": "zhai", "黑": "he", "秘": "bi", "重": "chong",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai",
}  # fmt: skip
PINYIN_LENGTH, INITIALS_LENGTH = 120, 20


def spelled(name: str) -> tuple[str, str]:
    """(pinyin without tones or blanks, initials), both lower case and cut to what the columns hold."""
    surname = next((name[:size] for size in (2, 1) if name[:size] in SURNAMES), "")
    syllables = lazy_pinyin(name[len(surname) :], style=Style.NORMAL)
    initials = "".join(syllable[0] for syllable in [*lazy_pinyin(surname), *syllables] if syllable)
    if surname and len(surname) == 1:
        initials = SURNAMES[surname][0] + initials[1:]
    whole = SURNAMES.get(surname, "") + "".join(syllables)
    return whole.lower()[:PINYIN_LENGTH], initials.lower()[:INITIALS_LENGTH]
