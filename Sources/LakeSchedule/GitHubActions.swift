/// A workflow. Its machine is a new one every night, so the lake is kept in the cache between them.
extension ScheduledExport {
    func githubActions() throws(ScheduleFault) -> [ScheduledFile] {
        [ScheduledFile(name: name + ".yml", place: ".github/workflows/\(name).yml", text: workflow)]
    }

    private var workflow: String {
        """
        # The lake lives in the cache between two nights; one that nobody used for a week is gone, and the next run reads everything
        # anew. Where that must not be: a runner of your own with the lake on its disk, or restlake publish as a last step.
        name: \(Quoting.yaml(name))
        on:
          schedule:
            - cron: "\(cronTime)" # UTC
          workflow_dispatch: {}
        permissions:
          contents: read
        concurrency:
          group: \(Quoting.yaml(name))
          cancel-in-progress: false
        jobs:
          export:
            runs-on: ubuntu-latest
            container:
              image: \(Quoting.yaml(image))
              options: --user root
            timeout-minutes: 350
            steps:
              - uses: actions/checkout@v4
              - uses: actions/cache/restore@v4
                with:
                  path: \(Quoting.yaml(lake))
                  key: \(name)-${{ github.run_id }}-${{ github.run_attempt }}
                  restore-keys: \(name)-
              - name: Export
        \(environment)        run: \(command)
              - uses: actions/cache/save@v4
                # Also behind a run that failed: the next one goes on with what it kept.
                if: always()
                with:
                  path: \(Quoting.yaml(lake))
                  key: \(name)-${{ github.run_id }}-${{ github.run_attempt }}

        """
    }

    /// A literal block shows it as a shell does. What cannot stand there as it is goes into a quoted text.
    private var command: String {
        let text = ([program] + words).map(Quoting.workflow).joined(separator: " ")
        guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value < 127 }) else { return Quoting.yaml(text) }
        return "|\n          " + text
    }

    private var environment: String {
        guard !secrets.isEmpty else { return "" }
        return "        env:\n" + secrets.map { "          \($0.variable): ${{ secrets.\($0.variable) }}\n" }.joined()
    }
}
