"""What the gallery shows: invented values, one of each state."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from org.clock import SHANGHAI
from org.forms import TextArea
from org.pages.drawings import MISSING

KINDS = (
    ("call", _("电话"), 4, 6),
    ("visit", _("有效拜访"), 2, 3),
    ("prospect", _("准客户积累"), 1, 1),
    ("study", _("学习"), 0, 1),
)
TEAM = (
    (
        _("周婷"),
        "",
        (6, 3, 1, 0),
        (6, 3, 1, 1),
        "warn",
        "hourglass",
        _("待批"),
        (3, 4, 4, 3, 3, 4, 4, 3, 4, 3),
    ),
    (
        _("李卫东"),
        _("组长"),
        (7, 3, 1, 1),
        (6, 3, 1, 1),
        "warn",
        "hourglass",
        _("待批"),
        (4, 4, 3, 4, 4, 4, 4, 4, 4, 4),
    ),
    (_("吴思远"), "", (4, 2, 1, 1), (6, 3, 1, 1), "warn", "clock", _("迟报"), (2, 3, 2, 3, 2, 3, 2, 2, 3, 2)),
    (
        _("何俊"),
        "",
        (None,) * 4,
        (6, 3, 1, 1),
        "bad",
        "",
        _("未交，可补到 08:30"),
        (2, 1, 2, 2, MISSING, 2, 1, 2, 2, MISSING),
    ),
    (
        _("高磊"),
        _("上午公务"),
        (3, 1, 1, 1),
        (3, 1.5, 0.5, 0.5),
        "ok",
        "",
        _("已批"),
        (2, 2, 3, 2, 1, None, None, 1, 2, 2),
    ),
    (_("马晓琳"), "", (None,) * 4, (0, 0, 0, 0), "", "bed", _("请假"), (4, 3, 4, 3, 4, 3, 4, 4, 3, None)),
)
CITY = (
    (_("城东支公司"), "3101", (98, 92, 102, 81)),
    (_("西郊支公司"), "3103", (89, 77, 82, 76)),
    (_("山口支公司"), "3109", (78, 58, 71, None)),
)


class CallForm(forms.Form):
    """The sheet of a call, with one field wrong."""

    client = forms.CharField(label=_("客户与联系人"), initial=_("云帆物流 · 王敏"))
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("service", _("维护")), ("development", _("开拓"))],
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("结果"), widget=forms.RadioSelect,
        choices=[("met", _("约访成功")), ("again", _("再联系")), ("refused", _("拒绝")), ("no", _("勿扰"))],
    )  # fmt: skip
    rating = forms.ChoiceField(label=_("评分"), choices=[(n, str(n)) for n in range(1, 6)], widget=forms.RadioSelect)
    phone = forms.RegexField(r"^1\d{10}$", label=_("手机"), error_messages={"invalid": _("手机号少 1 位")})
    source = forms.ChoiceField(label=_("来源"), choices=[("warm", _("缘故")), ("cold", _("陌生"))])
    note = forms.CharField(label=_("要点"), required=False, widget=TextArea(attrs={"rows": 2}))


def context() -> dict[str, Any]:
    form = CallForm(
        {
            "client": "云帆物流 · 王敏",
            "kind": "service",
            "outcome": "again",
            "rating": 4,
            "phone": "1380013800",
            "source": "warm",
        }
    )
    return {
        "kinds": KINDS,
        "team": [(*row[:2], list(zip(row[2], row[3], strict=True)), *row[4:]) for row in TEAM],
        "city": CITY,
        "form": form,
        "states": (
            ("ok", _("已批准")),
            ("warn", _("待批")),
            ("bad", _("未交")),
            ("info", _("第 3 版草稿")),
            ("star", _("每周一星")),
            ("", _("请假")),
        ),
        "now": datetime(2026, 11, 19, 18, tzinfo=SHANGHAI),
        "until": datetime(2026, 11, 19, 20, tzinfo=SHANGHAI),
        "weeks": [52, 54, 53, None, 56, 58, 61, 66],
        "facts": ((_("决策人"), _("欧阳先生 总经理")), (_("行业"), _("食品制造")), (_("员工人数"), 320)),
        "trail": ((_("全市"), "#"), (_("城东支公司"), "#"), (_("周婷"), "")),
    }
