// The command line of an export, as the files with which a scheduler runs it. Values in, texts out. Touches nothing.
//
//     ScheduledExport ──► `files(for:)`  systemd, cron, Kubernetes, Airflow, GitHub Actions
//                          each word quoted as the file's own language and the shell below it want it (`Quoting.swift`)
//
// Throws `ScheduleFault`.

package enum Scheduler: String, CaseIterable, Sendable {
    case systemd, cron, kubernetes, airflow
    case githubActions = "github-actions"

    /// Whether it runs the export on a machine where its files are: else the paths are those of a container or a checkout.
    package var isLocal: Bool { self == .systemd || self == .cron }
}

/// What is to be run every night.
package struct ScheduledExport: Sendable {
    package struct Secret: Hashable, Sendable {
        /// As the definition names it: `bearer_token`.
        package var name: String
        /// A file's name that is looked for in `$CREDENTIALS_DIRECTORY`: `thena_bearer_token`.
        package var credential: String
        /// An environment variable that is looked for: `RESTLAKE_THENA_BEARER_TOKEN`.
        package var variable: String
        package init(name: String, credential: String, variable: String) {
            self.name = name
            self.credential = credential
            self.variable = variable
        }
    }

    /// Letters, digits, `-` and `_`; of the unit, the job, the DAG.
    package var name: String
    /// The program: an absolute path where it is run on this machine.
    package var program: String
    /// `export`, and what stands behind it.
    package var words: [String]
    package var hour: Int
    package var minute: Int
    package var secrets: [Secret]
    /// The lake's folder, and the folders of further files that the export writes; absolute where it is run on this machine.
    package var lake: String
    package var writtenFolders: [String]
    /// The path of the definition among the words; nil for a built-in source.
    package var definition: String?
    /// The same where it is now.
    package var definitionHere: String?
    /// Who runs it, for systemd.
    package var user: String
    /// The container's image, for Kubernetes and GitHub Actions.
    package var image: String

    package init(
        name: String, program: String, words: [String], hour: Int = 2, minute: Int = 0, secrets: [Secret] = [], lake: String,
        writtenFolders: [String] = [], definition: String? = nil, definitionHere: String? = nil, user: String = "restlake", image: String = "restlake"
    ) {
        self.name = name
        self.program = program
        self.words = words
        self.hour = hour
        self.minute = minute
        self.secrets = secrets
        self.lake = lake
        self.writtenFolders = writtenFolders
        self.definition = definition
        self.definitionHere = definitionHere
        self.user = user
        self.image = image
    }

    /// In the five fields that cron has made common.
    var cronTime: String { "\(minute) \(hour) * * *" }

    package func files(for scheduler: Scheduler) throws(ScheduleFault) -> [ScheduledFile] {
        if let word = ([program] + words).first(where: { $0.unicodeScalars.contains { $0.value == 0 } }) { throw .unsayable(word, scheduler) }
        return switch scheduler {
        case .systemd: try systemd()
        case .cron: try cron()
        case .kubernetes: kubernetes()
        case .airflow: airflow()
        case .githubActions: try githubActions()
        }
    }
}

package struct ScheduledFile: Hashable, Sendable {
    package var name: String
    /// Where it belongs, as a person reads it.
    package var place: String
    package var text: String
}

package enum ScheduleFault: Error, Hashable, Sendable {
    /// A word that the scheduler's file has no way to hold.
    case unsayable(String, Scheduler)
}

/// Exit codes that another attempt may answer: no connection, try again later, stopped.
enum Retried {
    static let codes = [69, 75, 130, 143]
}

/// Seconds that a run may take to end once it is asked to: a commit that has begun goes to its end, then notices and pings
/// are sent, each with its own time limit.
let secondsToStop = 180
