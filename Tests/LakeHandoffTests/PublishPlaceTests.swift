import LakeHandoff
import Testing

@Suite("Places to publish to")
struct PublishPlaceTests {
    @Test("are named as rclone names them", arguments: [
        ("s3://lake", ":s3:lake", ":s3:lake/shop"), ("s3://lake/a/b/", ":s3:lake/a/b", ":s3:lake/a/b/shop"), ("gs://lake/a", ":gcs:lake/a", ":gcs:lake/a/shop"),
        ("gcs://lake", ":gcs:lake", ":gcs:lake/shop"), ("azure://box/a", ":azureblob:box/a", ":azureblob:box/a/shop"), ("backup:", "backup:", "backup:shop"),
        ("backup:lake", "backup:lake", "backup:lake/shop"), ("backup:/lake/", "backup:/lake/", "backup:/lake/shop"), ("./a:b", "./a:b", "./a:b/shop"),
        ("/mnt/lake", "/mnt/lake", "/mnt/lake/shop"), ("lake", "lake", "lake/shop"),
    ])
    func places(_ text: String, _ root: String, _ dataset: String) throws {
        let place = try PublishPlace(text)
        #expect(place.root == root && place.at("shop") == dataset)
    }

    @Test("that are none are told apart", arguments: [
        ("https://lake", PlaceFault.unknownScheme("https", nearest: nil)), ("s4://lake", .unknownScheme("s4", nearest: "s3")), ("s3://", .bucket("")),
        ("s3:///a", .bucket("")), ("s3://key:secret@lake/a", .secret), ("https://a.example/b?sig=x", .secret), ("s3://lake//a", .path), ("s3://lake/../a", .path), ("", .path),
        ("a\nb", .path), (":s3,secret_access_key=x:lake", .connectionString), ("backup,password=x:lake", .connectionString),
    ])
    func faults(_ text: String, _ fault: PlaceFault) { #expect(throws: fault) { try PublishPlace(text) } }

    @Test("an endpoint is an address without secrets, and of S3", arguments: [
        ("s3://lake", "http://127.0.0.1:9000", nil), ("s3://lake", "https://s3.example", nil), ("gs://lake", "https://s3.example", .endpointOfAnotherStore),
        ("/mnt", "https://s3.example", .endpointOfAnotherStore), ("s3://lake", "s3.example", .endpoint), ("s3://lake", "https://", .endpoint),
        ("s3://lake", "https://a:b@s3.example", .endpoint), ("s3://lake", "https://s3.example/?key=x", .endpoint),
    ] as [(String, String, PlaceFault?)])
    func endpoints(_ text: String, _ endpoint: String, _ fault: PlaceFault?) throws {
        guard let fault else {
            let place = try PublishPlace(text, endpoint: endpoint)
            #expect(place.environment([:])["RCLONE_S3_ENDPOINT"] == endpoint && place.environment([:])["RCLONE_S3_PROVIDER"] == "Other")
            return
        }
        #expect(throws: fault) { try PublishPlace(text, endpoint: endpoint) }
    }

    @Test("rclone gets what the clouds' own variables say, where the user has not said it to rclone itself")
    func environment() throws {
        let s3 = try PublishPlace("s3://lake")
        #expect(s3.environment(["AWS_REGION": "eu-west-1", "AWS_CA_BUNDLE": "/ca.pem", "HOME": "/h"]) == [
            "AWS_REGION": "eu-west-1", "HOME": "/h", "RCLONE_CA_CERT": "/ca.pem", "RCLONE_S3_ENV_AUTH": "true", "RCLONE_S3_NO_CHECK_BUCKET": "true",
            "RCLONE_S3_PROVIDER": "AWS", "RCLONE_S3_REGION": "eu-west-1",
        ])
        #expect(s3.environment(["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"])["RCLONE_S3_ENDPOINT"] == "http://b")
        let own = s3.environment(["RCLONE_S3_PROVIDER": "Ceph", "RCLONE_S3_ENV_AUTH": "false", "RCLONE_S3_REGION": "x", "AWS_REGION": "y"])
        #expect(own["RCLONE_S3_PROVIDER"] == "Ceph" && own["RCLONE_S3_ENV_AUTH"] == "false" && own["RCLONE_S3_REGION"] == "x")
        #expect(try PublishPlace("azure://box").environment(["AZURE_STORAGE_ACCOUNT": "me"])["RCLONE_AZUREBLOB_ACCOUNT"] == "me")
        #expect(try PublishPlace("gs://lake").environment([:])["RCLONE_GCS_ENV_AUTH"] == "true")
        #expect(try PublishPlace("/mnt").environment(["A": "b"]) == ["A": "b"])
    }
}
