"""The sixteen posts (岗位) of domain.md section 1; the label is the word in the workbooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Post(models.TextChoices):
    CLIENT_MANAGER = "client_manager", _("客户经理")
    TEAM_LEADER = "team_leader", _("组长")
    SECTION_CHIEF = "section_chief", _("科长")
    DEPARTMENT_MANAGER = "department_manager", _("团体部经理")
    BRANCH_DEPUTY_GM = "branch_deputy_gm", _("分管总")
    GM_OFFICE = "gm_office", _("总经理室")
    BRANCH_CLERK = "branch_clerk", _("内勤")
    HQ_STAFF = "hq_staff", _("市公司团险业务部")
    CITY_DEPUTY_GM = "city_deputy_gm", _("市公司分管总")
    CITY_LEADER = "city_leader", _("市公司领导")
    RULE_ADMIN = "rule_admin", _("规则管理员")
    HEALTH_COORDINATOR = "health_coordinator", _("健康协调员")
    CLINICIAN = "clinician", _("医护")
    HEALTH_EXPERT = "health_expert", _("专家")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    AUDITOR = "auditor", _("审计")


ASSESSED = (Post.CLIENT_MANAGER, Post.DEPARTMENT_MANAGER)  # 6311 and 3111
