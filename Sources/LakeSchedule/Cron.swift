/// A line for `crontab -e`.
extension ScheduledExport {
    func cron() throws(ScheduleFault) -> [ScheduledFile] {
        let all = [program] + words
        // A crontab has a command on one line, and no way to write the end of one.
        if let word = all.first(where: { $0.unicodeScalars.contains("\n") || $0.unicodeScalars.contains("\r") }) { throw .unsayable(word, .cron) }
        return [ScheduledFile(name: name + ".cron", place: "crontab -e", text: """
            # restlake export: \(name)
            # No flock around it: the lake locks itself, and a second run ends at once with exit code 75.
            # Cron sends what is said to MAILTO, and tells nobody of an exit code: --notify and --ping do, restlake loads --check asks.
            # The time is that of the machine; a night that it sleeps through is not made up for.
            \(secretNotes)\(cronTime) \(all.map(Quoting.cron).joined(separator: " "))

            """)]
    }

    private var secretNotes: String {
        secrets.isEmpty ? "" : "# Secrets (\(secrets.map(\.name).joined(separator: ", "))): ~/.config/restlake/secrets.toml of the crontab's user, chmod 600.\n"
    }
}
