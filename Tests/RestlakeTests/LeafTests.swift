import Foundation
import LakeJSON
import Testing

@Suite("Real shapes, three lines of definition: every leaf value is in the lake, at its place, to the letter")
struct LeafTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var selector: String
        var body: String
        var records: @Sendable (JSONValue) -> [JSONValue]
    }

    static let shapes = [
        Shape(testDescription: "GitHub events: a root array, a payload of another shape in each", selector: "$", body: events) { $0.array ?? [] },
        Shape(testDescription: "GitHub issues: a root array, nulls and lists in lists", selector: "$", body: issues) { $0.array ?? [] },
        Shape(testDescription: "a Twitter search: records under statuses, big ids, every script", selector: "statuses", body: tweets) { $0["statuses"]?.array ?? [] },
        Shape(testDescription: "numbers, texts and keys that others change", selector: "rows", body: oddities) { $0["rows"]?.array ?? [] },
    ]

    @Test("nothing is lost and nothing altered", arguments: shapes)
    func nothingLost(_ shape: Shape) async throws {
        try await Bench.at { bench in
            let server = FixtureServer { _ in .page(shape.body) }
            let definition = try bench.write("""
                {"name": "api", "client": {"base_url": "\(server.url)"}, "resources": [
                  {"name": "things", "endpoint": {"path": "x", "data_selector": "\(shape.selector)", "paginator": "single_page"}}
                ]}
                """, to: "three.json")
            expect(try bench.export(definition), code: 0)
            let original = Leaves(records: shape.records(try JSONValue(parsing: shape.body)))
            let lake = try Leaves(lake: bench.dataset(), resource: "things")
            #expect(original.values.count > 40)
            #expect(original.differences(from: lake) == [])
        }
    }

    /// With another page each time, so that columns, types and tables grow while rows are written.
    @Test("nor when each record comes on a page of its own, in whatever order", arguments: shapes, [false, true])
    func pageByPage(_ shape: Shape, isReversed: Bool) async throws {
        try await Bench.at { bench in
            var records = shape.records(try JSONValue(parsing: shape.body))
            if isReversed { records.reverse() }
            let pages = records.map { JSONValue.array([$0]).text(pretty: false) }
            let server = FixtureServer { request in
                let page = Int(request.query["page"] ?? "") ?? 0
                return .page(page < pages.count ? pages[page] : "[]")
            }
            let definition = try bench.define(
                server.url, #"{"name": "things", "endpoint": {"path": "x", "paginator": {"type": "page_number", "base_page": 0}}}"#)
            expect(try bench.export(definition), code: 0)
            #expect(Leaves(records: records).differences(from: try Leaves(lake: bench.dataset(), resource: "things")) == [])
        }
    }

    private static let events = #"""
        [
         {"id": "2489651045", "type": "CreateEvent", "actor": {"id": 665991, "login": "petroav", "gravatar_id": "", "url": "https://api.example.com/users/petroav"},
          "repo": {"id": 28688495, "name": "petroav/6.828"}, "payload": {"ref": "master", "ref_type": "branch", "description": null, "pusher_type": "user"},
          "public": true, "created_at": "2015-01-01T15:00:00Z"},
         {"id": "2489651051", "type": "PushEvent", "actor": {"id": 3854017, "login": "rspt", "gravatar_id": ""},
          "repo": {"id": 28671719, "name": "rspt/rspt-theme"},
          "payload": {"push_id": 536863970, "size": 2, "distinct_size": 1, "ref": "refs/heads/master", "head": "6b089eb4a43f728f0a594388092f480f2ecacfcd",
           "commits": [{"sha": "6b089eb", "author": {"email": "a@example.com", "name": "rspt"}, "message": "Fix main header height\n\non mobile \"phones\", tablets", "distinct": true},
                       {"sha": "6b089ec", "author": {"email": "b@example.com", "name": "Ünïcode ☃ 🚀"}, "message": "", "distinct": false, "parents": [{"sha": "x1"}, {"sha": "x2"}]}]},
          "public": true, "created_at": "2015-01-01T15:00:01Z"},
         {"id": "2489651053", "type": "ForkEvent", "actor": {"id": 1}, "payload": {"forkee": {"id": 2, "owner": {"login": "x", "site_admin": false},
           "topics": ["a", "b,c", "d\"e"], "permissions": {}, "branches": [], "license": null, "size": 0.5}}, "public": true, "org": {"id": 9}},
         {"id": "2489651054", "type": "GollumEvent", "payload": {"pages": [{"page_name": "Home", "title": null, "action": "created"}, {"page_name": "B"}], "size": "big",
           "commits": [{"sha": null}]}, "public": false},
         {"id": "2489651055", "type": "IssueCommentEvent", "payload": {"issue": {"labels": [{"name": "bug", "color": "fc2929"}], "assignee": {"login": "z"},
           "milestone": {"creator": {"login": "deep", "x": {"y": {"z": [[1, 2], [], [3, [4]]]}}}}}}, "created_at": "2015-01-01T15:00:03.123456+02:00"}
        ]
        """#

    private static let issues = #"""
        [
         {"url": "https://api.example.com/issues/1", "id": 1293, "number": 7, "title": "CSV, \"quotes\" and; semis", "user": {"login": "o", "id": 1},
          "labels": [], "state": "open", "locked": false, "assignee": null, "assignees": [], "milestone": null, "comments": 0,
          "closed_at": null, "body": "line one\r\nline two\n\n\ttabbed | `code` \\ back", "reactions": {"+1": 0, "-1": 3, "total_count": 3, "laugh": 0},
          "state_reason": null, "draft": false, "pull_request": {"url": "p", "merged_at": null}},
         {"url": "https://api.example.com/issues/2", "id": 9007199254740993, "number": 8, "title": "NULL", "user": {"login": "", "id": 2},
          "labels": [{"id": 5, "name": "good first issue", "default": true, "description": null}, {"id": 6, "name": "", "default": false}],
          "state": "closed", "assignee": {"login": "a"}, "assignees": [{"login": "a", "teams": [{"slug": "t1"}, {"slug": "t2"}]}], "comments": 12,
          "closed_at": "2023-02-30", "body": null, "milestone": {"title": "v1", "due_on": "2023-06-01", "open_issues": 3}, "pull_request": null},
         {"id": 3, "title": "null", "body": "\\N", "labels": [null, {"id": 7}, {"name": "x"}], "user": "a text where an object was", "milestone": [1, "two", null, true]},
         {"id": 4, "title": " leading and trailing ", "body": "\\.", "user": {"login": "back"}, "labels": {"an": "object now"}, "comments": "many"}
        ]
        """#

    private static let tweets = #"""
        {"statuses": [
          {"metadata": {"result_type": "recent", "iso_language_code": "ja"}, "created_at": "Sun Aug 31 00:29:15 +0000 2014", "id": 505874924095815681,
           "id_str": "505874924095815681", "text": "@aym0566x \n\n名前:前田あゆみ\n第一印象:なんか怖っ！\n😂👨‍👩‍👧 \u2028\u0085", "truncated": false, "in_reply_to_status_id": null,
           "user": {"id": 1186275104, "name": "AYUMI", "entities": {"description": {"urls": []}, "url": {"urls": [{"indices": [0, 22], "url": "u"}]}},
            "followers_count": 262, "utc_offset": null, "profile_background_color": "C0DEED"},
           "geo": null, "coordinates": {"type": "Point", "coordinates": [139.7, -35.50000]}, "entities": {"hashtags": [], "symbols": [],
            "user_mentions": [{"screen_name": "aym0566x", "id": 866260188, "indices": [0, 9]}, {"screen_name": "b", "id": 1, "indices": [10, 12]}],
            "media": [{"id": 505874847260352513, "sizes": {"medium": {"w": 600, "h": 399, "resize": "fit"}, "thumb": {"w": 150}}}]},
           "retweet_count": 0, "lang": "ja"},
          {"id": 505874922023837696, "text": "RT \ud83d\ude00 é é \u00e9", "geo": {"lat": 1.0}, "retweeted_status": {"id": 505871615125491712, "user": {"name": "ひーちゃん", "verified": true},
           "entities": {"hashtags": [{"text": "タグ", "indices": [1, 3]}]}}, "user": {"id": 2, "utc_offset": 32400}, "coordinates": null, "キー": {"値": [1.50, "二"]}}
         ],
         "search_metadata": {"completed_in": 0.087, "count": 100}}
        """#

    private static let oddities = #"""
        {"rows": [
          {"n": 1, "big": 12345678901234567890.123456789, "huge": 123456789012345678901234567890, "exp": 1e5, "zero": -0, "tiny": 5e-324, "trail": 1.50,
           "int64": 9223372036854775807, "past": 9223372036854775808, "flag": true, "mixed": 1, "day": "2026-02-28", "": "empty key", " ": "blank", "a.b": 1, "a": {"b": 2, "B": 3},
           "it's": 1, "A b": 1, "a_b": 2, "aB": 3, "_load_id": "mine", "_row_number": 77, "x__y": 1, "x": {"y": 2}, "quote\"key": 4, "back\\slash": 5, "löß": 6, "keep": [[["deep"]]]},
          {"n": 2.5, "big": 1, "huge": 0.1, "exp": 1E+5, "zero": 0, "tiny": 0.000000000001, "trail": "text", "int64": -9223372036854775808, "past": -1.0,
           "flag": "yes", "mixed": {"now": "object"}, "day": "2026-02-30", "_list_index": 5, "keep": [1, [2, [3]]]},
          {"n": 1e400, "big": null, "huge": "", "flag": null, "mixed": [1, {"a": null}], "day": "", "text": "a,b\"c\"\r\n'd'", "nulls": [null, null], "none": null, "e": {}, "l": []}
        ]}
        """#
}
