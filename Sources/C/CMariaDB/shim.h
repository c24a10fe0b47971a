#include <mariadb/mysql.h>
#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>

/* Sends an execution and leaves its answer to shim_read_answer. */
static inline int shim_send_execution(MYSQL_STMT *stmt) {
    MYSQL *mysql = stmt->mysql;
    my_bool skip = 1;
    if (mysql) mysql_options(mysql, MARIADB_OPT_SKIP_READ_RESPONSE, &skip);
    int status = mysql_stmt_execute(stmt);
    skip = 0;
    if (mysql) mysql_options(mysql, MARIADB_OPT_SKIP_READ_RESPONSE, &skip);
    return status;
}

/* The library's own reader: its header names it in the table of methods only. */
static inline int shim_read_answer(MYSQL_STMT *stmt) {
    return stmt->mysql ? stmt->mysql->methods->db_read_execute_response(stmt) : 1;
}
