import LakeJSON

/// A JSON-RPC message, judged by its form alone.
enum Message {
    case request(id: JSONValue, method: String, params: JSONValue)
    case notification(method: String, params: JSONValue)
    /// An answer to something that this server never asks.
    case answer
    case wrong(id: JSONValue, RPCError)

    init(_ json: JSONValue) {
        guard json.object != nil else {
            self = .wrong(id: .null, RPCError(.invalidRequest, "A message is an object."))
            return
        }
        let id = json["id"], isID = id?.string != nil || id?.int != nil
        func refuse(_ text: String) -> Message { .wrong(id: isID ? id ?? .null : .null, RPCError(.invalidRequest, text)) }
        guard json["jsonrpc"] == "2.0" else {
            self = refuse("\"jsonrpc\" must be \"2.0\".")
            return
        }
        guard let name = json["method"] else {
            self = json["result"] != nil || json["error"] != nil ? .answer : refuse("There is no \"method\".")
            return
        }
        guard let method = name.string else {
            self = refuse("\"method\" must be a text.")
            return
        }
        guard id == nil || isID else {
            self = refuse("\"id\" must be a text or a whole number.")
            return
        }
        let params = json["params"] ?? .object([])
        guard params.object != nil else {
            self = id.map { .wrong(id: $0, RPCError(.badParams, "\"params\" must be an object.")) } ?? .notification(method: method, params: .object([]))
            return
        }
        self = id.map { .request(id: $0, method: method, params: params) } ?? .notification(method: method, params: params)
    }

    static func result(_ id: JSONValue, _ result: JSONValue) -> JSONValue { ["jsonrpc": "2.0", "id": id, "result": result] }
    static func error(_ id: JSONValue, _ error: RPCError) -> JSONValue { ["jsonrpc": "2.0", "id": id, "error": error.json] }
}
