"""The family of the source, as they said it, and the forms that say it."""

from uuid import uuid4

from clients.diagnosis.models import FamilyMember, NeedsDiagnosis
from tests import factories as make

MEMBERS = {
    "r0-relation": "husband", "r0-name": "欧阳先生", "r0-age": "30", "r0-occupation": "部门经理", "r0-phone": "123456",
    "r1-relation": "wife", "r1-name": "乔娜", "r1-age": "26", "r1-occupation": "职员", "r1-phone": "456789",
    "r2-relation": "child", "r2-name": "欧阳振华", "r2-age": "2", "r2-guardian": "on",
}  # fmt: skip
PLACES = {"r0-place": "0", "r1-place": "1", "r2-place": "2"}
LIVING = {
    "m0-living": "3", "m0-living_years": "46", "m1-living": "2.5", "m1-living_years": "53", "m2-living": "1.2",
    "m2-living_years": "16", "housing": "60", "education": "40", "other": "24",
}  # fmt: skip
INCOME = {
    "m0-income": "9.6", "m0-income_years": "30", "m0-social": "1.5", "m0-social_years": "16",
    "m1-income": "4", "m1-income_years": "29", "m1-social": "0.96", "m1-social_years": "24",
}  # fmt: skip
BUDGET = {"premium_wish": "12,000", "discount_rate": "", "inflation": ""}
SAID = {"members": MEMBERS, "living": LIVING, "income": INCOME, "cover": {}, "budget": BUDGET}


def household(owner, name="欧阳先生一家", **more):
    return make.prospect(owner, name, kind="household", handler="欧阳先生", **more)


def tell(client, prospect, step, said, status=302, **more):
    """Post a step as its page would."""
    current = NeedsDiagnosis.objects.of(prospect.pk).first()
    given = {"key": uuid4(), "revision": current.revision, **said, **more}
    answer = client.post(f"/clients/{prospect.pk}/diagnosis/{step}/", given)
    assert answer.status_code == status, answer.content.decode()
    return answer


def begin(client, owner, prospect):
    client.force_login(owner)
    assert client.post(f"/clients/{prospect.pk}/diagnosis/start/", {"key": uuid4()}).status_code == 302


def interview(client, owner, prospect):
    """The whole of it; the diagnosis that came of it."""
    begin(client, owner, prospect)
    for step, said in SAID.items():
        tell(client, prospect, step, said)
    return NeedsDiagnosis.objects.of(prospect.pk).first()


def confirm(client, prospect, *names, follow=False):
    for name in names:
        found = NeedsDiagnosis.objects.of(prospect.pk).first()
        member = FamilyMember.objects.get(diagnosis=found, name=name)
        given = {"member": member.pk, "revision": found.revision}
        client.post(f"/clients/{prospect.pk}/diagnosis/confirm/", given)
