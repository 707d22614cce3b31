"""What a user of the pages does, as POSTs."""

from uuid import uuid4

from django.test import Client


class Hand:
    """Somebody at the browser."""

    def __init__(self, who):
        self.who, self.browser = who, Client(HTTP_HOST="localhost")
        self.browser.force_login(who)

    def get(self, address):
        return self.browser.get(address)

    def post(self, address, **body):
        return self.browser.post(address, {"key": uuid4(), **body})

    def asks(self, name):
        return self.post("/clients/protection/", name=name)

    def registers(self, name, day, **more):
        fields = {"name": name, "handler": "王敏", "source": "cold", **more}
        return self.post(f"/today/{day}/prospect/new/", **fields)

    def claims(self, prospect):
        return self.post(f"/clients/pool/{prospect.pk}/claim/")

    def looks(self, prospect):
        return self.post(f"/clients/{prospect.pk}/contacts/{prospect.contacts.get().pk}/phone/")

    def raises(self, name, reason="三年前就由我跟进"):
        return self.post("/clients/conflicts/new/", name=name, reason=reason)


def page(answer):
    return answer.content.decode()
