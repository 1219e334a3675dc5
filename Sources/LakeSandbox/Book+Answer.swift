/// Plan → body.
extension Book {
    func write(_ plan: Plan, to out: inout ByteBuffer) {
        switch plan {
        case .cursorPage(let path, let range, let loopCursor): writeCursorPage(path, range, loopCursor, to: &out)
        case .numberedPage(let range, let page, let size): writeNumberedPage(range, page, size, to: &out)
        case .users: writeUsers(to: &out)
        case .user(let index):
            out.add(#"{"data":"#)
            writeUser(index, to: &out)
            out.add(#","message":null}"#)
        case .customFields: writeCustomFields(to: &out)
        case .subStatuses: writeSubStatuses(to: &out)
        case .platform(let plan): write(plan, to: &out)
        case .refusal(let refusal): refusal.write(to: &out)
        }
    }

    /// `{"data":{"results":[…],"next_cursor":"aWQ6…"},"message":null}`; the cursor is null at the end.
    private func writeCursorPage(_ path: SandboxPath, _ range: Range<Int>, _ loopCursor: String?, to out: inout ByteBuffer) {
        out.add(#"{"data":{"results":["#)
        writeRequests(range, path == .v3Requests ? .v3 : .v2, to: &out)
        out.add(#"],"next_cursor":"#)
        if let loopCursor {
            out.addJSON(loopCursor)
        } else if range.upperBound < timeline.requests {
            out.addJSON(requestID(range.upperBound - 1).cursor)
        } else {
            out.add("null")
        }
        out.add(#"},"message":null}"#)
    }

    /// `{"status":"success","message":"","data":{"requests":[…],"page_info":{"current_page":1,…}}}`
    private func writeNumberedPage(_ range: Range<Int>, _ page: Int, _ size: Int, to out: inout ByteBuffer) {
        out.add(#"{"status":"success","message":"","data":{"requests":["#)
        writeRequests(range, .v2, to: &out)
        out.add(#"],"page_info":{"current_page":"#)
        out.add(page)
        out.add(#","total_pages":"#)
        out.add((timeline.requests + size - 1) / size)
        out.add(#","total_items":"#)
        out.add(timeline.requests)
        out.add(#","per_page":"#)
        out.add(size)
        out.add("}}}")
    }

    private func writeRequests(_ range: Range<Int>, _ form: RequestForm, to out: inout ByteBuffer) {
        for index in range {
            if index > range.lowerBound { out.add(",") }
            writeRequest(index, form, to: &out)
        }
    }

    private func writeUsers(to out: inout ByteBuffer) {
        out.add(#"{"data":["#)
        for index in 0..<timeline.users {
            if index > 0 { out.add(",") }
            writeUser(index, to: &out)
        }
        out.add(#"],"message":null}"#)
    }

    private func writeCustomFields(to out: inout ByteBuffer) {
        out.add(#"{"data":["#)
        for place in fields.indices {
            if place > 0 { out.add(",") }
            writeCustomField(place, to: &out)
        }
        out.add(#"],"message":null}"#)
    }

    private func writeSubStatuses(to out: inout ByteBuffer) {
        out.add("[")
        for place in SubStatus.all.indices {
            if place > 0 { out.add(",") }
            writeSubStatus(place, to: &out)
        }
        out.add("]")
    }
}

extension Refusal {
    func write(to out: inout ByteBuffer) {
        out.add(#"{"statusCode":"#)
        out.add(status)
        out.add(isList ? #","message":["# : #","message":"#)
        for (place, message) in messages.enumerated() {
            if place > 0 { out.add(",") }
            out.addJSON(message)
        }
        if isList { out.add("]") }
        // The framework leaves `error` out where the message is the reason phrase itself.
        if isList || messages != [reasonPhrase(status)] {
            out.add(#","error":"#)
            out.addJSON(reasonPhrase(status))
        }
        out.add("}")
    }
}
