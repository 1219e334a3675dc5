// The floor: what any exporter has to do at least, and nothing else.
//
//     floor PORT PATH PAGES BYTES FILES FOLDER
//
// Fetches PATH?page=1 to PAGES over one connection, and writes BYTES bytes (the pages' own, again and again) to FILES
// files in FOLDER, with a SHA-256 checksum over each file by the same code that restlake uses; then syncs all of them.
// No JSON is read. A raw socket, one large buffer, writes of 256 KiB: no library costs anything here.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CHash.h"

enum { LARGEST_PAGE = 64 << 20, PIECE = 256 << 10 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int opened_connection(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    int one = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connection;
}

// One page into `buffer`; the body's first byte and length come back.
static char *fetched(int connection, const char *path, int page, char *buffer, size_t *length) {
    char request[512];
    int size = snprintf(request, sizeof request, "GET %s?page=%d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path, page);
    if (write(connection, request, size) != size) fail("send");
    size_t got = 0, wanted = 0;
    char *body = NULL;
    while (!body || got < (size_t)(body - buffer) + wanted) {
        ssize_t more = recv(connection, buffer + got, LARGEST_PAGE - 1 - got, 0);
        if (more <= 0) fail("recv");
        got += more;
        if (body) continue;
        buffer[got] = 0;
        char *end = strstr(buffer, "\r\n\r\n"), *field = strcasestr(buffer, "\r\nContent-Length:");
        if (!end) continue;
        if (strncmp(buffer, "HTTP/1.1 200", 12) != 0 || !field || field > end) fail("no page");
        wanted = strtoull(field + 17, NULL, 10);
        body = end + 4;
    }
    *length = wanted;
    return body;
}

struct output {
    int file;
    unsigned long long room;
    chash_sha256 checksum;
};

static void begin(struct output *output, const char *folder, int number, unsigned long long bytes) {
    char name[4096];
    snprintf(name, sizeof name, "%s/%d", folder, number);
    output->file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->file < 0) fail(name);
    output->room = bytes;
    chash_sha256_init(&output->checksum);
}

static void end(struct output *output) {
    unsigned char digest[CHASH_SHA256_BYTES];
    chash_sha256_final(&output->checksum, digest);
    if (fsync(output->file) != 0 || close(output->file) != 0) fail("sync");
}

int main(int count, char **arguments) {
    if (count != 7) return 64;
    int connection = opened_connection(atoi(arguments[1])), pages = atoi(arguments[3]), files = atoi(arguments[5]);
    const char *path = arguments[2], *folder = arguments[6];
    unsigned long long bytes = strtoull(arguments[4], NULL, 10), written = 0, read = 0;
    // Pages of the heap are touched only as far as a body reaches.
    char *buffer = malloc(LARGEST_PAGE);
    if (!buffer || (mkdir(folder, 0777) != 0)) fail(folder);
    struct output output;
    int number = 0;
    begin(&output, folder, number, bytes / files);
    for (int page = 1; page <= pages; page++) {
        size_t length;
        const char *body = fetched(connection, path, page, buffer, &length);
        read += length;
        unsigned long long goal = page == pages ? bytes : bytes / pages * page;
        for (size_t at = 0; written < goal;) {
            size_t piece = PIECE;
            if (piece > length - at) piece = length - at;
            if (piece > goal - written) piece = goal - written;
            if (piece > output.room) piece = output.room;
            chash_sha256_update(&output.checksum, body + at, piece);
            for (size_t done = 0; done < piece;) {
                ssize_t some = write(output.file, body + at + done, piece - done);
                if (some <= 0) fail("write");
                done += some;
            }
            written += piece;
            output.room -= piece;
            at = at + piece == length ? 0 : at + piece;
            if (output.room == 0 && number + 1 < files) {
                end(&output);
                number += 1;
                begin(&output, folder, number, number + 1 == files ? bytes - written : bytes / files);
            }
        }
    }
    end(&output);
    int parent = open(folder, O_RDONLY | O_DIRECTORY);
    if (parent < 0 || fsync(parent) != 0) fail("sync");
    printf("%llu %llu\n", read, written);
    return 0;
}
