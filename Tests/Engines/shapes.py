"""Documents in the shape of three public APIs, all their values our own: GitHub's events and issues, a Twitter search."""

import json
import random

WORDS = ["fix", "Größe", "naïve", "日本", "😀", "quote \"x\"", "a,b", "line\nbreak", "tab\there", "back\\slash", "", " lead", "\u2028", "CRLF\r\n", "null", "C:\\"]
EVENT_TYPES = ["PushEvent", "PullRequestEvent", "IssuesEvent", "WatchEvent", "CreateEvent", "ForkEvent", "GollumEvent"]


class Maker:
    """Seeded values."""

    def __init__(self, seed):
        self.dice = random.Random(seed)

    def words(self, most=8):
        return " ".join(self.dice.choice(WORDS) for _ in range(self.dice.randint(0, most)))

    def number(self, low=1, high=10**9):
        return self.dice.randint(low, high)

    def flag(self):
        return self.dice.random() < 0.5

    def maybe(self, value, absent=None):
        return value if self.dice.random() < 0.6 else absent

    def moment(self):
        return f"20{self.number(10, 29)}-{self.number(1, 12):02}-{self.number(1, 28):02}T{self.number(0, 23):02}:{self.number(0, 59):02}:{self.number(0, 59):02}Z"

    def digest(self):
        return f"{self.dice.getrandbits(160):040x}"

    def several(self, make, most=3):
        return [make() for _ in range(self.dice.randint(0, most))]

    # MARK: GitHub

    def person(self):
        number = self.number()
        return {"login": f"user-{number}", "id": number, "node_id": f"MDQ6{number}=", "gravatar_id": "", "type": "User", "site_admin": self.flag()}

    def repository(self):
        return {"id": self.number(), "name": f"org/{self.words(1)}", "private": self.flag(), "owner": self.person(), "description": self.maybe(self.words()),
                "license": self.maybe({"key": "mit", "spdx_id": "MIT", "url": None}), "topics": self.several(lambda: self.dice.choice(WORDS)),
                "size": self.number(0, 9999), "default_branch": "main"}

    def payload(self, kind):
        if kind == "PushEvent":
            commit = lambda: {"sha": self.digest(), "author": {"email": "a@b.example", "name": self.words(2)}, "message": self.words(), "distinct": self.flag()}
            return {"push_id": self.number(2**40, 2**62), "size": self.number(0, 5), "ref": "refs/heads/main", "head": self.digest(), "commits": self.several(commit)}
        if kind == "PullRequestEvent":
            side = lambda: {"label": "a:b", "ref": self.words(1), "sha": self.digest(), "user": self.person(), "repo": self.maybe(self.repository())}
            return {"action": "opened", "number": self.number(), "pull_request": {
                "id": self.number(), "title": self.words(), "body": self.maybe(self.words()), "user": self.person(), "merged": self.maybe(self.flag()),
                "labels": self.several(self.label), "requested_reviewers": self.several(self.person), "head": side(), "base": side(),
                "milestone": self.maybe(self.milestone()), "_links": {"self": {"href": "x"}, "html": {"href": self.words(1)}}, "rebaseable": None}}
        if kind == "IssuesEvent":
            return {"action": "closed", "issue": self.issue()}
        if kind == "ForkEvent":
            return {"forkee": self.repository()}
        if kind == "GollumEvent":
            return {"pages": self.several(lambda: {"page_name": self.words(1), "summary": None, "sha": self.digest()})}
        return {"action": "started"} if kind == "WatchEvent" else {"ref": self.maybe("v1"), "ref_type": "tag", "description": self.words()}

    def event(self):
        kind = self.dice.choice(EVENT_TYPES)
        event = {"id": str(self.number(10**9, 10**11)), "type": kind, "actor": self.person(), "repo": {"id": self.number(), "name": self.words(1)},
                 "payload": self.payload(kind), "public": True, "created_at": self.moment()}
        if self.flag():
            event["org"] = {"id": self.number(), "login": self.words(1), "gravatar_id": ""}
        return event

    def label(self):
        return {"id": self.number(), "name": self.words(1), "color": f"{self.number(0, 0xFFFFFF):06x}", "default": self.flag(), "description": self.maybe(self.words())}

    def milestone(self):
        return {"id": self.number(), "title": self.words(), "creator": self.person(), "due_on": self.maybe(self.moment()), "closed_issues": self.number(0, 9)}

    def issue(self):
        issue = {"id": self.number(), "number": self.number(), "title": self.words(), "user": self.person(), "labels": self.several(self.label),
                 "state": self.dice.choice(["open", "closed"]), "locked": self.flag(), "assignee": self.maybe(self.person()),
                 "assignees": self.several(self.person, 2), "milestone": self.maybe(self.milestone()), "comments": self.number(0, 99),
                 "created_at": self.moment(), "closed_at": self.maybe(self.moment()), "active_lock_reason": None, "body": self.maybe(self.words(20)),
                 "reactions": {"url": "u", "total_count": self.number(0, 9), "+1": self.number(0, 9), "-1": self.number(0, 9), "laugh": 0},
                 "performed_via_github_app": None}
        if self.flag():
            issue["pull_request"] = {"url": "u", "merged_at": self.maybe(self.moment())}
        return issue

    # MARK: Twitter

    def span(self):
        return [self.number(0, 70), self.number(71, 140)]

    def account(self):
        number = self.number(2**33, 2**61)
        return {"id": number, "id_str": str(number), "name": self.words(2), "description": self.words(), "url": self.maybe("u"), "lang": "ja",
                "entities": {"description": {"urls": []}, "url": {"urls": self.several(lambda: {"url": "u", "indices": self.span()}, 1)}},
                "utc_offset": self.maybe(-32400), "profile_background_color": "0099B9", "followers_count": self.number(0, 10**6), "verified": False}

    def status(self, depth=1):
        number = self.number(2**58, 2**62)
        status = {"metadata": {"result_type": "recent", "iso_language_code": "ja"}, "created_at": "Sun Aug 31 00:29:15 +0000 2014", "id": number,
                  "id_str": str(number), "text": self.words(20), "source": "<a href=\"x\" rel=\"nofollow\">App</a>", "truncated": False,
                  "in_reply_to_status_id": self.maybe(number - 1), "user": self.account(), "geo": None,
                  "coordinates": self.maybe({"type": "Point", "coordinates": [self.number(0, 180) / 7, -0.5]}),
                  "place": self.maybe({"bounding_box": {"type": "Polygon", "coordinates": [[[1.25, 2], [3, 4.5]], [[5, 6]]]}}),
                  "entities": {"hashtags": self.several(lambda: {"text": self.words(1), "indices": self.span()}), "symbols": [],
                               "urls": self.several(lambda: {"url": "u", "indices": self.span()}), "user_mentions": self.several(
                                   lambda: {"screen_name": "s", "id": self.number(), "indices": self.span()})},
                  "favorited": False, "lang": "ja"}
        if depth and self.flag():
            status["retweeted_status"] = self.status(depth - 1)
        return status


def text(document, plain):
    """The document's bytes, in one of two styles: indented with the characters themselves, or compact with escapes."""
    if plain:
        return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8")
    return json.dumps(document, separators=(",", ":")).encode("ascii")
