/// A CronJob and the claim of its lake.
extension ScheduledExport {
    func kubernetes() -> [ScheduledFile] {
        [ScheduledFile(name: name + ".yaml", place: "kubectl apply -f", text: claim + "---\n" + cronJob)]
    }

    /// A DNS label (RFC 1123). A CronJob's has at most 52 characters: its jobs get eleven more.
    private var label: String {
        let folded = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(52))
        return String(folded.drop { $0 == "-" }.reversed().drop { $0 == "-" }.reversed())
    }

    private var claim: String {
        """
        # The lake. Make it as large as the data will be, and of a class whose disks are not shared with another writer.
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: \(label)-lake
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 20Gi

        """
    }

    private var cronJob: String {
        """
        \(secretNote)\(definitionNote)apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: \(label)
        spec:
          schedule: "\(cronTime)"
          timeZone: Etc/UTC
          # A run that is still at work is let be; the lake would refuse a second one with exit code 75.
          concurrencyPolicy: Forbid
          startingDeadlineSeconds: 3600
          successfulJobsHistoryLimit: 3
          failedJobsHistoryLimit: 5
          jobTemplate:
            spec:
              backoffLimit: 4
              # Another attempt answers only these: no connection, try again later, stopped. It goes on where the last one stopped.
              podFailurePolicy:
                rules:
                  - action: FailJob
                    onExitCodes:
                      containerName: restlake
                      operator: NotIn
                      values: [\(Retried.codes.map(String.init).joined(separator: ", "))]
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: \(secondsToStop)
                  automountServiceAccountToken: false
                  securityContext:
                    runAsNonRoot: true
                    runAsUser: 10001
                    runAsGroup: 10001
                    fsGroup: 10001
                    seccompProfile:
                      type: RuntimeDefault
                  containers:
                    - name: restlake
                      image: \(Quoting.yaml(image))
                      command: [\(Quoting.kubernetes(program))]
                      args:
        \(words.map { "                - " + Quoting.kubernetes($0) }.joined(separator: "\n"))
        \(environment)              securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities:
                          drop: [ALL]
                      resources:
                        requests:
                          cpu: 250m
                          memory: 128Mi
                        limits:
                          memory: 512Mi
                      volumeMounts:
                        - name: lake
                          mountPath: \(Quoting.yaml(lake))
                        - name: tmp
                          mountPath: /tmp
        \(secretMount)\(definitionMount)          volumes:
                    - name: lake
                      persistentVolumeClaim:
                        claimName: \(label)-lake
                    - name: tmp
                      emptyDir: {}
        \(secretVolume)\(definitionVolume)\("")
        """
    }

    private var secretNote: String {
        guard !secrets.isEmpty else { return "" }
        return "# Before: kubectl create secret generic \(label) \(secrets.map { "--from-file=\($0.credential)" }.joined(separator: " "))\n"
    }

    private var definitionNote: String {
        definitionHere.map { "# Before: kubectl create configmap \(label)-definition --from-file=\(Quoting.shell($0))\n" } ?? ""
    }

    /// The last part of a path: a config map's keys have no slash.
    private static func key(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private var environment: String {
        guard !secrets.isEmpty else { return "" }
        return indented(14, "env:", "  - name: CREDENTIALS_DIRECTORY", "    value: /etc/restlake/credentials")
    }

    private var secretMount: String {
        guard !secrets.isEmpty else { return "" }
        return indented(16, "- name: credentials", "  mountPath: /etc/restlake/credentials", "  readOnly: true")
    }

    private var secretVolume: String {
        guard !secrets.isEmpty else { return "" }
        return indented(12, "- name: credentials", "  secret:", "    secretName: \(label)", "    defaultMode: 0440")
    }

    private var definitionMount: String {
        guard let definition else { return "" }
        return indented(
            16, "- name: definition", "  mountPath: \(Quoting.yaml(definition))", "  subPath: \(Quoting.yaml(Self.key(of: definition)))",
            "  readOnly: true")
    }

    private var definitionVolume: String {
        definition == nil ? "" : indented(12, "- name: definition", "  configMap:", "    name: \(label)-definition")
    }

    private func indented(_ width: Int, _ lines: String...) -> String {
        lines.map { String(repeating: " ", count: width) + $0 + "\n" }.joined()
    }
}
