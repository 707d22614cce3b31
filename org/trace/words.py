"""The verbs of the trace as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from org.trace.actions import OPERATOR, SYSTEM
from org.trace.models import Trace

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
    "accept_back": _("接受补录"),
    "undo_pass": _("撤回批阅通过"),
    "undo_return": _("撤回退回"),
    "undo_accept": _("撤回接受补录"),
    "undo_ineffective": _("撤回判无效"),
    "annotate": _("批注"),
    "answer_help": _("回复求助"),
    "mark_ineffective": _("标为无效拜访"),
    "remind": _("催交日志"),
    "remove": _("删除条目"),
    "withdraw": _("撤销登记"),
    "enrich": _("补充客户资料"),
    "see_phone": _("查看电话号码"),
    "card_company": _("填写档案卡单位情况"),
    "card_workforce": _("填写档案卡员工结构"),
    "card_benefit": _("填写档案卡福利政策"),
    "make_card": _("建档案卡"),
    "add_stakeholder": _("添加干系人"),
    "change_stakeholder": _("修改干系人"),
    "remove_stakeholder": _("删去干系人"),
    "add_yearrecord": _("添加保费与理赔"),
    "change_yearrecord": _("修改保费与理赔"),
    "remove_yearrecord": _("删去保费与理赔"),
    "add_cover": _("添加现有保障"),
    "change_cover": _("修改现有保障"),
    "remove_cover": _("删去现有保障"),
    "add_keydate": _("添加重要日期"),
    "change_keydate": _("修改重要日期"),
    "remove_keydate": _("删去重要日期"),
    "add_servicerecord": _("添加服务记录"),
    "change_servicerecord": _("修改服务记录"),
    "remove_servicerecord": _("删去服务记录"),
    "add_proposal": _("上传计划书"),
    "send_proposal": _("记计划书送达"),
    "receipt_proposal": _("记客户回执"),
    "take_file": _("下载计划书文件"),
    "give_consent": _("记客户同意"),
    "withdraw_consent": _("记客户撤回同意"),
    "export_card": _("导出档案卡"),
    "do_not_disturb": _("标为勿扰"),
    "lift_do_not_disturb": _("取消勿扰"),
    "upload_import": _("上传要导入的文件"),
    "import_workbook": _("导入工作簿"),
    "cancel_import": _("取消导入"),
    "undo_import": _("撤回导入"),
    "export_problems": _("下载问题表"),
    "export_list": _("下载列表"),
    "export": _("下载周报"),
    "import": _("导入"),
    "import_change": _("导入时更改"),
    "correct": _("更正工作日历"),
    "publish": _("发布规则"),
    "ask_absence": _("申请请假或公务"),
    "record_absence": _("登记请假或公务"),
    "withdraw_absence": _("撤回请假申请"),
    "grant_absence": _("批准请假或公务"),
    "refuse_absence": _("不批准请假或公务"),
    "revoke_absence": _("撤销请假或公务"),
    "take_back_absence": _("撤销登记的请假或公务"),
    "leave_over_duty": _("公务改为请假"),
    "duty_again": _("恢复为公务"),
    "grant_relief": _("批量减免"),
    "withdraw_relief": _("撤回批量减免"),
    "start_trial": _("设定试运行"),
    "end_trial": _("结束试运行"),
    "excuse": _("准予免责"),
    "approve": _("批准行事历"),
    "amend": _("完善行事历目标"),
    "undo_approval": _("撤回批准"),
    "undo_amend": _("恢复上报时的目标"),
    "withdraw_excuse": _("撤回免责"),
    "confirm": _("确认扣罚"),
    "publish_script": _("发布话术"),
    "retire_script": _("停用话术"),
    "ask_referral": _("请客户转介绍"),
    "add_referred_name": _("添加被介绍人"),
    "register_referred": _("被介绍人登记为客户"),
    "close_referred": _("不再跟进被介绍人"),
    "forget_referred": _("删去不同意联系的人"),
    "thank": _("向介绍人致谢"),
    "dismiss": _("不予扣罚"),
    "delegate": _("请人代理"),
    "end_delegation": _("结束代理"),
}
ACTORS: dict[str, Any] = {OPERATOR: _("命令行"), SYSTEM: _("系统")}


def word(verb: str) -> Any:
    return VERBS.get(verb, verb)


def actor(trace: Trace) -> Any:
    """The name of who did it; for the command line and the system a word of their own."""
    return trace.by.name if trace.by else ACTORS.get(trace.actor, trace.actor)
