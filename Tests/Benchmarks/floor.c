// The floor: what any exporter has to do at least, and nothing else.
//
//     floor PORT PATH PAGES BYTES FILES FOLDER
//
// Fetches PATH?page=1 to PAGES over one connection, and writes BYTES bytes (the pages' own, again and again) to FILES
// files in FOLDER, two files side by side, with a SHA-256 checksum over each by the same code that restlake uses; then syncs.
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

// A half of the files, written one after the other; the two halves side by side, because two checksums at the same time
// cost little more than one.
struct lane {
    const char *folder;
    int number, last;
    int file;
    unsigned long long bytes, written, room;
    size_t at;
    chash_sha256 checksum;
};

static void begin(struct lane *lane, unsigned long long bytes) {
    char name[4096];
    snprintf(name, sizeof name, "%s/%d", lane->folder, lane->number);
    lane->file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (lane->file < 0) fail(name);
    lane->room = bytes;
    chash_sha256_init(&lane->checksum);
}

static void end(struct lane *lane) {
    unsigned char digest[CHASH_SHA256_BYTES];
    chash_sha256_final(&lane->checksum, digest);
    if (fsync(lane->file) != 0 || close(lane->file) != 0) fail("sync");
}

static void start(struct lane *lane, const char *folder, int first, int files, unsigned long long bytes) {
    *lane = (struct lane){.folder = folder, .number = first, .last = first + files - 1, .bytes = bytes};
    if (files > 0) begin(lane, files == 1 ? bytes : bytes / files);
}

// What of a page of `length` bytes is written next, to come to `goal` bytes.
static size_t next_piece(const struct lane *lane, size_t length, unsigned long long goal) {
    size_t piece = PIECE;
    if (piece > length - lane->at) piece = length - lane->at;
    if (piece > goal - lane->written) piece = goal - lane->written;
    return piece > lane->room ? lane->room : piece;
}

static void put(struct lane *lane, const char *bytes, size_t piece, size_t length, int files) {
    for (size_t done = 0; done < piece;) {
        ssize_t some = write(lane->file, bytes + done, piece - done);
        if (some <= 0) fail("write");
        done += some;
    }
    lane->written += piece;
    lane->room -= piece;
    lane->at = lane->at + piece == length ? 0 : lane->at + piece;
    if (lane->room == 0 && lane->number < lane->last) {
        end(lane);
        lane->number += 1;
        begin(lane, lane->number == lane->last ? lane->bytes - lane->written : lane->bytes / files);
    }
}

int main(int count, char **arguments) {
    if (count != 7) return 64;
    int connection = opened_connection(atoi(arguments[1])), pages = atoi(arguments[3]), files = atoi(arguments[5]);
    const char *path = arguments[2], *folder = arguments[6];
    unsigned long long bytes = strtoull(arguments[4], NULL, 10), read = 0;
    // Pages of the heap are touched only as far as a body reaches.
    char *buffer = malloc(LARGEST_PAGE);
    if (!buffer || (mkdir(folder, 0777) != 0)) fail(folder);
    int other = files / 2, one = files - other;
    struct lane a, b;
    start(&a, folder, 0, one, other > 0 ? bytes / 2 : bytes);
    start(&b, folder, one, other, other > 0 ? bytes - bytes / 2 : 0);
    for (int page = 1; page <= pages; page++) {
        size_t length;
        const char *body = fetched(connection, path, page, buffer, &length);
        read += length;
        unsigned long long a_goal = page == pages ? a.bytes : a.bytes / pages * page, b_goal = page == pages ? b.bytes : b.bytes / pages * page;
        while (a.written < a_goal || b.written < b_goal) {
            size_t a_piece = next_piece(&a, length, a_goal), b_piece = next_piece(&b, length, b_goal);
            const char *a_bytes = body + a.at, *b_bytes = body + b.at;
            chash_sha256_update_two(&a.checksum, a_bytes, a_piece, &b.checksum, b_bytes, b_piece);
            if (a_piece > 0) put(&a, a_bytes, a_piece, length, one);
            if (b_piece > 0) put(&b, b_bytes, b_piece, length, other);
        }
    }
    end(&a);
    if (other > 0) end(&b);
    int parent = open(folder, O_RDONLY | O_DIRECTORY);
    if (parent < 0 || fsync(parent) != 0) fail("sync");
    printf("%llu %llu\n", read, a.written + b.written);
    return 0;
}
