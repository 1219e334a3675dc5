import LakeModel

/// A service that runs the export once, and a timer that starts it.
extension ScheduledExport {
    func systemd() throws(ScheduleFault) -> [ScheduledFile] {
        // Settings that hold paths know no escape of these.
        if let path = folders.first(where: { $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } }) { throw .unsayable(path, .systemd) }
        return [
            ScheduledFile(name: name + ".service", place: "/etc/systemd/system/\(name).service", text: service),
            ScheduledFile(name: name + ".timer", place: "/etc/systemd/system/\(name).timer", text: timer),
        ]
    }

    private var timer: String {
        """
        [Unit]
        Description=restlake export every night: \(name)

        [Timer]
        OnCalendar=*-*-* \(pad(hour, 2)):\(pad(minute, 2)):00
        # A night that the machine slept through is made up for.
        Persistent=true
        RandomizedDelaySec=5min

        [Install]
        WantedBy=timers.target

        """
    }

    private var service: String {
        let command = ([program] + words).map(Quoting.systemd).joined(separator: " ")
        return """
            # Once, as root:
            #   useradd --system --no-create-home \(user)
            #   install -d -o \(user) \(folders.map(Quoting.shell).joined(separator: " "))
            \(secretNotes)#   systemctl daemon-reload && systemctl enable --now \(name).timer
            # Then: systemctl start \(name) tries it, journalctl -u \(name) tells what it said.
            [Unit]
            Description=restlake export: \(name)
            Wants=network-online.target
            After=network-online.target
            StartLimitIntervalSec=6h
            StartLimitBurst=5

            [Service]
            # Not oneshot: such a service is not started again after a chosen exit code.
            Type=exec
            User=\(user)
            ExecStart=\(command)
            \(credentials)# 143: stopped by systemctl stop; what is there is kept. 2 (committed, but not all complete) stays a failure that is seen.
            SuccessExitStatus=143
            # No connection, or try again later: the next attempt goes on where this one stopped.
            RestartForceExitStatus=69 75
            RestartSec=15min
            # SIGTERM makes restlake keep its pages and end; a commit that has begun goes to its end first.
            KillSignal=SIGTERM
            KillMode=mixed
            TimeoutStopSec=\(secondsToStop)s

            ProtectSystem=strict
            ReadWritePaths=\(folders.map(Quoting.systemdPath).joined(separator: " "))
            ProtectHome=\(isAtHome ? "read-only" : "true")
            PrivateTmp=true
            PrivateDevices=true
            NoNewPrivileges=true
            CapabilityBoundingSet=
            ProtectKernelTunables=true
            ProtectKernelModules=true
            ProtectKernelLogs=true
            ProtectControlGroups=true
            ProtectClock=true
            ProtectHostname=true
            ProtectProc=invisible
            LockPersonality=true
            MemoryDenyWriteExecute=true
            RestrictNamespaces=true
            RestrictRealtime=true
            RestrictSUIDSGID=true
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            SystemCallArchitectures=native
            SystemCallFilter=@system-service
            UMask=0027

            """
    }

    private var folders: [String] {
        var all: [String] = []
        for folder in [lake] + writtenFolders where !all.contains(folder) { all.append(folder) }
        return all
    }

    /// Whether something that it reads or writes is in a home: those of people, and the one of root, which stands beside them.
    /// A word is a path, or has one behind `=` or `@`.
    private var isAtHome: Bool {
        ([program, definition ?? ""] + folders + words).contains { word in
            let folders = word.split(separator: "/", omittingEmptySubsequences: false)
            return folders.count > 2 && ["home", "root"].contains(folders[1])
        }
    }

    private var secretNotes: String {
        secrets.map { "#   install -D -m 600 /dev/stdin /etc/restlake/\($0.credential)    # then type the \($0.name), and Ctrl-D\n" }.joined()
    }

    private var credentials: String {
        secrets.map { "LoadCredential=\($0.credential):/etc/restlake/\($0.credential)\n" }.joined()
    }
}
