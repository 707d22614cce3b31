"""The verbs of the trace as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Any] = {
    "sign_in": _("登录"),
    "activate": _("用激活码开通账号"),
    "activation_card": _("发激活卡"),
    "change_password": _("修改密码"),
    "unlock": _("解锁账号"),
    "suspend": _("停用账号"),
    "restore": _("恢复账号"),
    "second_factor": _("绑定验证器"),
    "forget_second_factor": _("解除验证器"),
    "submit": _("提交日志"),
    "resubmit": _("重新提交日志"),
    "pass": _("批阅通过"),
    "return": _("退回日志"),
    "correct": _("更正工作日历"),
    "publish": _("发布规则"),
}


def word(verb: str) -> Any:
    return VERBS.get(verb, verb)
