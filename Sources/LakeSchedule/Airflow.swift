/// A DAG with one BashOperator that runs the export, and a task that judges how it ended.
extension ScheduledExport {
    func airflow() -> [ScheduledFile] {
        [ScheduledFile(name: name + ".py", place: "the dags folder of Airflow", text: dag)]
    }

    private var dag: String {
        """
        \(Quoting.python("restlake export: \(name)"))

        import shlex
        from datetime import datetime, timedelta, timezone

        from airflow.exceptions import AirflowFailException

        try:
            from airflow.providers.standard.operators.bash import BashOperator
            from airflow.sdk import dag, task
        except ImportError:  # Airflow 2
            from airflow.decorators import dag, task
            from airflow.operators.bash import BashOperator

        COMMAND = [
        \(([program] + words).map { "    \(Quoting.python($0))," }.joined(separator: "\n"))
        ]

        # What another attempt may answer: no connection, try again later, stopped. Airflow tries again.
        # Any other code goes on to the task that judges it, at once.
        SCRIPT = shlex.join(COMMAND) + \""" --run-id "$RESTLAKE_RUN"
        code=$?
        case $code in \(Retried.codes.map(String.init).joined(separator: "|"))) exit "$code" ;; esac
        echo "$code"
        \"""


        class Export(BashOperator):
            # The script is no template: braces in it mean themselves.
            template_fields = ("env",)
            template_ext = ()


        @dag(
            dag_id=\(Quoting.python(name)),
            schedule="\(cronTime)",
            start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
            catchup=False,
            max_active_runs=1,
            tags=["restlake"],
        )
        def nightly():
            export = Export(
                task_id="export",
                bash_command=SCRIPT,
                append_env=True,
                env={
                    # Repeating a run that is committed changes nothing.
                    "RESTLAKE_RUN": "{{ run_id }}",
        \(secrets.map { "            \(Quoting.python($0.variable)): \"{{ conn.\(connection($0)).password }}\",\n" }.joined())        },
                retries=4,
                retry_delay=timedelta(minutes=15),
                retry_exponential_backoff=True,
            )

            @task(retries=0)
            def judge(code):
                if code == "2":
                    raise AirflowFailException("The load is committed, but not everything is complete.")
                if code != "0":
                    raise AirflowFailException(f"restlake ended with code {code}; nothing was published.")

            judge(export.output)


        nightly()

        """
    }

    /// Airflow keeps a connection's password encrypted, and masks it wherever it is shown.
    private func connection(_ secret: Secret) -> String { "restlake_" + secret.credential.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined() }
}
