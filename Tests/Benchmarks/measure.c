// Runs a program and writes what it took, its children included:
//
//     measure REPORT PROGRAM ARGUMENT...
//
// REPORT gets one line: exit code, wall, user and system nanoseconds, peak memory in KiB.
//
// In C because Linux counts the memory of the process that starts a program into the program's peak: started from Python,
// a small program would seem to need as much as Python.

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(struct timeval time) { return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL; }

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
    if (count < 3) return 64;
    long long started = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        perror(arguments[2]);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return 71;
    long long wall = now() - started;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *report = fopen(arguments[1], "w");
    if (!report) return 73;
    fprintf(report, "%d %lld %lld %lld %ld\n", code, wall, nanoseconds(usage.ru_utime), nanoseconds(usage.ru_stime), usage.ru_maxrss);
    return fclose(report) == 0 ? 0 : 73;
}
