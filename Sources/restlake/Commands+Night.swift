import LakeSchedule

/// What is for the machine that runs it at night.
extension Commands {
    static let schedule = CommandSpec(
        name: "schedule", arguments: "SCHEDULER export SOURCE …", summary: "Prints the files with which a scheduler runs an export every night.",
        details: """
            systemd          a service and its timer: secrets by LoadCredential, made up for when missed, tried again, sandboxed
            cron             a line for crontab -e
            kubernetes       a CronJob that forbids two at once, and the claim of the lake's volume
            airflow          a DAG: tried again by exit code, idempotent by run id
            github-actions   a workflow that keeps the lake in the cache

            What stands behind SCHEDULER is the command line of the export, checked as the export would; options of schedule itself
            stand before it. For systemd and cron, paths become absolute ones. The secrets that the definition names are fetched
            the scheduler's own way, as the file's first lines say.
            """,
        options: [
            Option(name: "at", value: "HH:MM", help: "when (default: 02:00), by the scheduler's own clock; Kubernetes, Airflow and GitHub: UTC"),
            Option(name: "name", value: "NAME", help: "of the unit, job, DAG or workflow (default: restlake-DATASET)"),
            Option(name: "out", value: "DIR", help: "write the files there (default: stdout); never over a file that is there"),
            Option(name: "program", value: "PATH", help: "where restlake is (default: this one; in containers restlake)"),
            Option(name: "user", value: "NAME", help: "of systemd: who runs it (default: restlake)"),
            Option(name: "image", value: "IMAGE", help: "of kubernetes and github-actions: the container's image (default: restlake:VERSION)"),
        ],
        examples: [
            "restlake schedule systemd export thena --sandbox --lake /srv/lake", "restlake schedule cron --at 03:30 export thena --sandbox --quiet",
            "restlake schedule kubernetes --out nightly --image registry.example.com/restlake:1 export thena --sandbox",
        ], count: 2...Int.max, choices: Scheduler.allCases.map(\.rawValue))

    static let completions = CommandSpec(
        name: "completions", arguments: "SHELL", summary: "Prints what a shell needs to complete the command line of restlake.",
        details: """
            bash   into ~/.local/share/bash-completion/completions/restlake
            zsh    into a folder of $fpath, as _restlake
            fish   into ~/.config/fish/completions/restlake.fish
            """,
        examples: ["restlake completions bash > restlake.bash", "restlake completions zsh > _restlake", "restlake completions fish > restlake.fish"], count: 1...1,
        choices: Shell.allCases.map(\.rawValue))

    static let man = CommandSpec(
        name: "man", arguments: "", summary: "Prints the manual page: all that the helps of the commands say.",
        examples: ["restlake man > restlake.1"])

    static let night = [schedule, completions, man]
}
