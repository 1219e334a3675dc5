import LakeSchedule
import Testing

@Suite("Files of schedulers")
struct ScheduleTests {
    private static func text(_ scheduler: Scheduler, secrets: Bool = true, definition: String? = nil, lake: String = "/srv/lake") throws -> String {
        let secret = ScheduledExport.Secret(name: "bearer_token", credential: "thena_bearer_token", variable: "RESTLAKE_THENA_BEARER_TOKEN")
        let export = ScheduledExport(
            name: "restlake-my_thena", program: "/usr/bin/restlake", words: ["export", "thena"], hour: 3, minute: 5, secrets: secrets ? [secret] : [],
            lake: lake, writtenFolders: ["/var/lib/metrics"], definition: definition, definitionHere: definition.map { _ in "./my api.json" }, user: "loader")
        return try export.files(for: scheduler).map(\.text).joined(separator: "\n")
    }

    private static func expect(_ text: String, says: [String], never: [String] = []) {
        for word in says { #expect(text.contains(word), "expected '\(word)' in:\n\(text)") }
        for word in never { #expect(!text.contains(word), "did not expect '\(word)' in:\n\(text)") }
    }

    @Test("systemd: sandboxed, with the secret as a credential, made up for when missed, stopped in peace")
    func systemd() throws {
        Self.expect(try Self.text(.systemd), says: [
            "\nOnCalendar=*-*-* 03:05:00\n", "\nPersistent=true\n", "\nUser=loader\n", "\nSuccessExitStatus=143\n", "\nRestartForceExitStatus=69 75\n",
            "\nLoadCredential=thena_bearer_token:/etc/restlake/thena_bearer_token\n", "\nProtectSystem=strict\n",
            "\nReadWritePaths=/srv/lake /var/lib/metrics\n", "\nTimeoutStopSec=180s\n", "\nProtectHome=true\n",
        ])
        Self.expect(try Self.text(.systemd, secrets: false, lake: "/home/ana/a b"), says: [
            "\nReadWritePaths=\"/home/ana/a b\" /var/lib/metrics\n", "\nProtectHome=read-only\n",
        ], never: ["LoadCredential"])
    }

    @Test("systemd: a home can be read where something of the run lies in one, and only then", arguments: [
        ("/home/ana/lake", true), ("/" + "root/lake", true), ("/srv/lake", false), ("/home", false), ("/data/home/lake", false), ("/rooted/lake", false),
    ])
    func homes(_ lake: String, _ isAtHome: Bool) throws {
        #expect(try Self.text(.systemd, lake: lake).contains("\nProtectHome=\(isAtHome ? "read-only" : "true")\n"))
    }

    @Test("cron: says why there is no flock, and where secrets go")
    func cron() throws {
        Self.expect(try Self.text(.cron), says: ["No flock", "secrets.toml", "\n5 3 * * * /usr/bin/restlake export thena\n"])
        Self.expect(try Self.text(.cron, secrets: false), says: ["5 3"], never: ["secrets.toml"])
    }

    @Test("Kubernetes: never two at once, not root, the secret and the definition as files")
    func kubernetes() throws {
        Self.expect(try Self.text(.kubernetes, definition: "/etc/restlake/my api.json"), says: [
            "\n  name: restlake-my-thena\n", "\n  schedule: \"5 3 * * *\"\n", "concurrencyPolicy: Forbid", "runAsNonRoot: true", "readOnlyRootFilesystem: true",
            "kubectl create secret generic restlake-my-thena --from-file=thena_bearer_token\n", "value: /etc/restlake/credentials",
            "kubectl create configmap restlake-my-thena-definition --from-file='./my api.json'\n", "subPath: \"my api.json\"", "mountPath: \"/srv/lake\"",
        ])
        Self.expect(try Self.text(.kubernetes, secrets: false), says: ["kind: CronJob"], never: ["credentials", "definition"])
    }

    @Test("Airflow: the secret is a connection's password, and some codes are tried again")
    func airflow() throws {
        Self.expect(try Self.text(.airflow), says: [
            #""RESTLAKE_THENA_BEARER_TOKEN": "{{ conn.restlake_thena_bearer_token.password }}","#, "case $code in 69|75|130|143)", #"--run-id "$RESTLAKE_RUN""#,
            #"schedule="5 3 * * *""#, "max_active_runs=1",
        ])
    }

    @Test("GitHub Actions: one at a time, the secret in the environment, the lake in the cache")
    func github() throws {
        Self.expect(try Self.text(.githubActions, lake: "lake"), says: [
            "RESTLAKE_THENA_BEARER_TOKEN: ${{ secrets.RESTLAKE_THENA_BEARER_TOKEN }}", "cancel-in-progress: false", "cron: \"5 3 * * *\"", "if: always()",
            "path: \"lake\"",
        ])
    }
}
