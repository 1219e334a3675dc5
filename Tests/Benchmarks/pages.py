"""The API's pages, as files: the same bytes on every machine.

A support request as Thena's API has them: 40 fields, 1.6 KB, objects in objects, three lists, nulls, texts that are not
ASCII. Request n is the same whatever the size of a page. Pages are made once and kept in the benchmark's folder.
"""

import concurrent.futures
import datetime
import json
import os
import random
import re
import shutil

SEED = 7
# Past these many, requests come again under other ids: making them anew takes Python minutes.
DISTINCT = 100_000

FIRST_NAMES = ("Ana Bruno Chloé Dmitri Elif Fatima Grzegorz Hélène Ines Jürgen Keiko Łukasz Mei Noor Ólafur Priya Quentin Renée Søren Tomás "
               "Uma Víctor Wei Ximena Yūki Zoë").split()
LAST_NAMES = ("Almeida Björk Çelik Dąbrowski Eriksson Fernández García Håkansson Ivanov Järvinen Kowalski Lefèvre Müller Nguyễn Okafor "
              "Petrović Quispe Rossi Şahin Tanaka Uchida Vásquez Weiß Xu Yılmaz Zieliński").split()
WORDS = ("invoice export webhook latency login dashboard permission report timeout sync customer plan upgrade seat "
         "billing refund token API region outage queue retry schema field naïve façade 日本語 サポート résumé überfällig "
         "déjà vu coöperate смотреть ошибка 請求書 🚀 ✅ pipeline channel thread mention bot escalate priority agent").split()
TAGS = ["bug", "billing", "how-to", "feature-request", "vip", "churn-risk", "sla", "onboarding"]
CUSTOM_FIELDS = ["product_area", "plan_tier", "region", "root_cause", "jira_key", "severity", "release"]
EPOCH = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
FIRST_SECOND = 1704067200


# MARK: A record

class Maker:
    """Draws the values of one record."""

    def __init__(self, number):
        self.random = random.Random(SEED * 1_000_003 + number)
        self.second = number * 37

    def hex(self, digits=24):
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def moment(self, least=0, most=86400 * 30):
        time = EPOCH + datetime.timedelta(seconds=self.second + self.random.randint(least, most), milliseconds=self.random.randint(0, 999))
        return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"

    def words(self, least, most):
        return " ".join(self.random.choices(WORDS, k=self.random.randint(least, most)))

    def one_of(self, *values):
        return self.random.choice(values)

    def happens(self, share):
        return self.random.random() < share

    def person(self):
        first, last = self.random.choice(FIRST_NAMES), self.random.choice(LAST_NAMES)
        return {
            "id": self.hex(), "name": f"{first} {last}", "email": f"{self.hex(6)}.{self.random.randint(1, 999)}@example.org",
            "timezone": self.one_of("Europe/Warsaw", "Asia/Tokyo", "America/New_York", None),
        }

    def customer(self):
        return {
            "id": self.hex(), "name": f"{self.random.choice(LAST_NAMES)} GmbH", "domain": f"{self.hex(6)}.example.com",
            "account": {
                "tier": self.one_of("free", "pro", "enterprise"), "arr": round(self.random.random() * 90000, 2),
                "renewalDate": f"2025-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}",
                "owner": self.random.choice(FIRST_NAMES),
            },
        }


def request(number):
    make = Maker(number)
    draw = make.random
    closed = make.happens(0.55)
    return {
        "_id": make.hex(),
        "requestId": number + 1,
        "title": make.words(3, 7),
        "description": make.words(6, 20),
        "status": "CLOSED" if closed else make.one_of("OPEN", "INPROGRESS", "ONHOLD"),
        "urgency": make.one_of("low", "medium", "high", "urgent"),
        "ai_urgency": make.one_of("low", "medium", "high", "urgent"),
        "sentiment": make.one_of("positive", "neutral", "negative", None),
        "source": make.one_of("slack", "email", "web_chat", "ms_teams", "api"),
        "channelId": "C" + make.hex(10).upper(),
        "channelName": f"ext-{draw.choice(WORDS[:20])}",
        "threadTs": f"{FIRST_SECOND + make.second}.{draw.randint(0, 999999):06}",
        "permalink": f"https://acme.example.com/p{FIRST_SECOND * 1_000_000 + make.second}",
        "createdAt": make.moment(0, 0),
        "updatedAt": make.moment(60, 86400),
        "closedAt": make.moment() if closed else None,
        "firstResponseAt": make.moment(30, 7200) if make.happens(0.9) else None,
        "firstResponseSeconds": draw.randint(30, 7200),
        "resolutionHours": round(draw.random() * 200, 3) if closed else None,
        "csatScore": draw.randint(1, 5) if make.happens(0.3) else None,
        "csatComment": make.words(3, 10) if make.happens(0.15) else None,
        "isPrivate": make.happens(0.1),
        "isEscalated": make.happens(0.05),
        "isSlaBreached": make.happens(0.07),
        "slaDueAt": make.moment(3600, 172800),
        "messageCount": draw.randint(1, 60),
        "reopenCount": draw.randint(0, 3),
        "language": make.one_of("en", "de", "ja", "pl", None),
        "category": make.one_of("technical", "billing", "access", "other"),
        "subCategory": make.one_of("login", "export", "invoice", "sso", None),
        "externalId": f"ZD-{draw.randint(1, 10**6)}" if make.happens(0.4) else None,
        "mergedIntoId": make.hex() if make.happens(0.03) else None,
        "confidence": round(draw.random(), 4),
        "requestor": make.person(),
        "assignee": make.person() if make.happens(0.8) else None,
        "customer": make.customer(),
        "tags": [{"id": make.hex(8), "name": tag} for tag in draw.sample(TAGS, draw.randint(0, 3))],
        "customFields": [
            {"key": key, "value": draw.choice(WORDS), "updatedAt": make.moment()}
            for key in draw.sample(CUSTOM_FIELDS, draw.randint(0, 3))
        ],
        "watchers": [make.hex(12) for _ in range(draw.randint(0, 2))],
        "meta": {"ingestVersion": 3, "hash": make.hex(16)},
    }


def wide(number, columns):
    """A record of so many fields: texts, whole and other numbers, booleans, times, nulls in turn."""
    make = Maker(number)
    kinds = [
        lambda: make.words(1, 3), lambda: make.random.randint(0, 10**6), lambda: round(make.random.random(), 4),
        lambda: make.happens(0.5), make.moment, lambda: None if make.happens(0.5) else make.hex(8),
    ]
    return {"_id": make.hex()} | {f"field{place}": kinds[place % len(kinds)]() for place in range(columns - 1)}


def branched(number, tables):
    """A record of so many tables: its own, and one for each of its lists, which have two elements each."""
    make = Maker(number)
    lists = {f"list{place}": [{"id": make.hex(8), "name": make.random.choice(TAGS)} for _ in range(2)] for place in range(tables - 1)}
    return {"_id": make.hex(), "title": make.words(3, 7)} | lists


SHAPES = {"request": lambda number, size: request(number), "wide": wide, "branched": branched}


# MARK: Sets of pages

class PageSet:
    """Pages in a folder: 1.json, 2.json and so on. What lies past the last one, the server answers with an empty page."""

    def __init__(self, folder, records, page_size, shape="request", size=0):
        self.records, self.page_size, self.shape, self.size = records, page_size, shape, size
        self.name = f"n{records}_p{page_size}" if shape == "request" else f"{shape}{size}_n{records}_p{page_size}"
        self.folder = os.path.join(folder, self.name)
        self.pages = -(-records // page_size)

    def made(self):
        if not os.path.exists(os.path.join(self.folder, "made")):
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
            with concurrent.futures.ProcessPoolExecutor() as workers:
                list(workers.map(self.make, range(1, min(self.pages, self.distinct_pages) + 1)))
            # The first copy is in place: an id that begins by chance like one of another copy would be a duplicate.
            for page in range(1, self.pages + 1) if self.pages > self.distinct_pages else ():
                self.copy(page)
            open(os.path.join(self.folder, "made"), "w").close()
        return self

    @property
    def distinct_pages(self):
        return DISTINCT // self.page_size if self.records > DISTINCT else self.pages

    def path(self, page):
        return os.path.join(self.folder, f"{page}.json")

    def paths(self):
        return [self.path(page) for page in range(1, self.pages + 1)]

    @property
    def bytes(self):
        return sum(map(os.path.getsize, self.paths()))

    def make(self, page):
        first = (page - 1) * self.page_size
        records = [SHAPES[self.shape](number, self.size) for number in range(first, min(first + self.page_size, self.records))]
        page = {"data": {"results": records, "page": page, "limit": self.page_size, "total": self.records}}
        with open(self.path((first // self.page_size) + 1), "w", encoding="utf-8") as file:
            json.dump(page, file, ensure_ascii=False, separators=(",", ":"))

    def copy(self, page):
        """A page that was made before, its ids changed by the number of the copy."""
        copy, of = divmod(page - 1, self.distinct_pages)
        with open(self.path(of + 1), "rb") as file:
            body = file.read()
        body = re.sub(rb'"_id":"[0-9a-f]{4}', b'"_id":"%04x' % copy, body)
        body = body.replace(b'"page":%d,"limit"' % (of + 1), b'"page":%d,"limit"' % page)
        with open(self.path(page), "wb") as file:
            file.write(body)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
