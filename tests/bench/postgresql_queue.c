/*
 * A hop of a queue in PostgreSQL, as many build it, to compare the pipeline with (scripts/bench): no domain work, only
 * the moving of payloads of 1.2 KB. `make` puts them into hop_1 by COPY; a hop takes up to 1,000 of hop_N by DELETE ...
 * RETURNING behind FOR UPDATE SKIP LOCKED and puts them into hop_N+1 by COPY in the same transaction; the last hop puts
 * nothing. Each commit is synchronous, by the server's settings.
 *
 * usage: postgresql-queue CONNECTION create | make BOUND | hop N LAST
 * make stops putting while more than BOUND wait in hop_1. Every hop counts in the table `done`, in its transaction.
 */
#include <libpq-fe.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH = 1000, PAYLOAD_BYTES = 1200 };
static volatile sig_atomic_t ending;

static void
end_soon(int signal_number)
{
    (void)signal_number;
    ending = 1;
}

static void
fail(PGconn *connection, const char *what)
{
    fprintf(stderr, "postgresql-queue: %s: %s", what, PQerrorMessage(connection));
    exit(1);
}

static PGresult *
run(PGconn *connection, const char *sql, ExecStatusType expected)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != expected)
        fail(connection, sql);
    return result;
}

static void
execute(PGconn *connection, const char *sql)
{
    PQclear(run(connection, sql, PGRES_COMMAND_OK));
}

static void
create(PGconn *connection)
{
    char sql[200];
    for (int hop = 1; hop <= 5; hop++) {
        snprintf(sql, sizeof sql, "CREATE TABLE hop_%d (id bigserial PRIMARY KEY, payload text NOT NULL)", hop);
        execute(connection, sql);
    }
    execute(connection, "CREATE TABLE done (hop int PRIMARY KEY, records bigint NOT NULL)");
    execute(connection, "INSERT INTO done SELECT n, 0 FROM generate_series(0, 5) AS n");
}

static void
copy_begin(PGconn *connection, int hop)
{
    char sql[100];
    snprintf(sql, sizeof sql, "COPY hop_%d (payload) FROM STDIN", hop);
    PQclear(run(connection, sql, PGRES_COPY_IN));
}

/* One row; payloads hold nothing that COPY's text format would read otherwise. */
static void
copy_row(PGconn *connection, const char *payload, int length)
{
    if (PQputCopyData(connection, payload, length) != 1 || PQputCopyData(connection, "\n", 1) != 1)
        fail(connection, "COPY");
}

static void
copy_end(PGconn *connection)
{
    PGresult *result;
    if (PQputCopyEnd(connection, NULL) != 1)
        fail(connection, "end of COPY");
    while ((result = PQgetResult(connection)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail(connection, "end of COPY");
        PQclear(result);
    }
}

static void
count(PGconn *connection, int hop, int records)
{
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE done SET records = records + %d WHERE hop = %d", records, hop);
    execute(connection, sql);
}

static long
counted(PGconn *connection, int hop)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT records FROM done WHERE hop = %d", hop);
    PGresult *result = run(connection, sql, PGRES_TUPLES_OK);
    long records = atol(PQgetvalue(result, 0, 0));
    PQclear(result);
    return records;
}

static void
make(PGconn *connection, long bound)
{
    char payload[PAYLOAD_BYTES + 1];
    unsigned long number = 0, noise = 88172645463325252UL;
    while (!ending) {
        if (counted(connection, 0) - counted(connection, 1) > bound) {
            usleep(500);
            continue;
        }
        execute(connection, "BEGIN");
        copy_begin(connection, 1);
        for (int i = 0; i < BATCH; i++) {
            int head = snprintf(payload, sizeof payload, "%020lu ", ++number);
            for (int at = head; at < PAYLOAD_BYTES; at++) { /* letters that a page's compression does not shrink */
                noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
                payload[at] = (char)('0' + (noise >> 32) % 64 % 43);
            }
            copy_row(connection, payload, PAYLOAD_BYTES);
        }
        copy_end(connection);
        count(connection, 0, BATCH);
        execute(connection, "COMMIT");
    }
}

static void
hop(PGconn *connection, int from, bool last)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "DELETE FROM hop_%d WHERE ctid = ANY (ARRAY(SELECT ctid FROM hop_%d ORDER BY id LIMIT %d FOR UPDATE SKIP "
             "LOCKED)) "
             "RETURNING payload",
             from, from, BATCH);
    while (!ending) {
        execute(connection, "BEGIN");
        PGresult *taken = run(connection, sql, PGRES_TUPLES_OK);
        int rows = PQntuples(taken);
        if (rows > 0 && !last) {
            copy_begin(connection, from + 1);
            for (int i = 0; i < rows; i++)
                copy_row(connection, PQgetvalue(taken, i, 0), PQgetlength(taken, i, 0));
            copy_end(connection);
        }
        PQclear(taken);
        if (rows > 0)
            count(connection, from, rows);
        execute(connection, "COMMIT");
        if (rows == 0)
            usleep(1000);
    }
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: postgresql-queue CONNECTION create | make BOUND | hop N LAST\n");
        return 64;
    }
    signal(SIGTERM, end_soon);
    PGconn *connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK)
        fail(connection, "connect");
    if (strcmp(argv[2], "create") == 0)
        create(connection);
    else if (strcmp(argv[2], "make") == 0 && argc == 4)
        make(connection, atol(argv[3]));
    else if (strcmp(argv[2], "hop") == 0 && argc == 5)
        hop(connection, atoi(argv[3]), atoi(argv[3]) == atoi(argv[4]));
    else
        return 64;
    PQfinish(connection);
    return 0;
}
