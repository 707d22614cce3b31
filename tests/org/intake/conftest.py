"""Files handed in through the pages, with the Django client: small ones are worked on while one waits."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from org.intake.models import ImportBatch
from org.posts import Post
from tests import factories as make
from tests.org.workbooks.books import columns, save

NOW = make.at(make.THURSDAY, 10)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def words(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def row(owner, **more):
    given = {"单位名称": "恒信五金", "经办人": "胡先生", "来源": "陌生", "负责人工号": owner.employee_no, **more}
    return {name: value for name, value in given.items() if value is not None}


class Desk:
    """Somebody at the import pages."""

    def __init__(self, client, folder, who):
        self.client, self.folder, self.who = client, folder, who
        client.force_login(who)

    def upload(self, path, kind="prospects", *, key=None):
        file = SimpleUploadedFile(path.name, path.read_bytes(), XLSX)
        body = {"kind": kind, "file": file, "key": key or uuid4()}
        return self.client.post("/imports/", body, follow=True)

    def rows(self, *rows, sheet="准客户", kind="prospects"):
        return self.upload(save(self.folder / "登记表.xlsx", {sheet: columns(rows)}), kind)

    @property
    def batch(self):
        return ImportBatch.objects.filter(person=self.who).latest("created_at")

    @property
    def address(self):
        return f"/imports/{self.batch.pk}/"

    def see(self, **query):
        return self.client.get(self.address, query)

    def post(self, verb, **body):
        return self.client.post(f"{self.address}{verb}/", body, follow=True)

    def fix(self, **cells):
        return self.post("fix", **{name.replace("_", "."): text for name, text in cells.items()})

    def run(self):
        return self.post("run", version=self.batch.version)


@pytest.fixture
def clerk(branch):
    return make.person(Post.BRANCH_CLERK, unit=branch, name="内勤")


@pytest.fixture
def desk_of(clock_at, tmp_path, client):
    clock_at(NOW)
    return lambda who: Desk(client, tmp_path, who)


@pytest.fixture
def desk(desk_of, clerk):
    return desk_of(clerk)
