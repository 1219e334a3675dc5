import LakeFetch
import LakeSource

extension ExportJob {
    /// The key of the hashes that a resource's personal fields become; nil where none is hashed. Never writes what is to be
    /// hashed as it came, for want of a key.
    func hashKey(of resource: Resource) throws(ExportFault) -> [UInt8]? {
        guard resource.fieldRules.hashes else { return nil }
        guard let reference = source.hashKey, let key = secrets[reference], !key.isEmpty else {
            let name = if case .named(let name)? = source.hashKey { name } else { "hash_key" }
            let fault = FetchFault.secretMissing(name: name)
            throw .fetch(fault, resource: resource.name, sentence: fault.sentence)
        }
        return Array(key.utf8)
    }
}
