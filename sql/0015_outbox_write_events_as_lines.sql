-- Events as lines of text, so that what is told together is one row and not one each. A line:
-- type, topics (each between blanks), whom and what organisation it tells of, id, source (as JSON),
-- time and data, with tabs between them and a line feed behind.
CREATE TABLE IF NOT EXISTS outbox_lines (
    -- In the order of writing, which is not that of committing.
    number bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    count int NOT NULL,
    lines_text mediumtext NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- The one order: positions have no gaps, and nothing here is ever changed.
CREATE TABLE IF NOT EXISTS event_lines (
    -- Of the last line.
    position bigint NOT NULL PRIMARY KEY,
    count int NOT NULL,
    lines_text mediumtext NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

INSERT IGNORE INTO event_lines (position, count, lines_text)
SELECT position, 1, CONCAT(
    type, '\t', topics, '\t', COALESCE(user_id, ''), '\t', COALESCE(organisation_id, ''), '\t', id,
    '\t', JSON_QUOTE(source), '\t', LEFT(DATE_FORMAT(at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z\t', data,
    '\n'
) FROM events;

INSERT IGNORE INTO outbox_lines (number, count, lines_text)
SELECT number, 1, CONCAT(
    type, '\t', topics, '\t', COALESCE(user_id, ''), '\t', COALESCE(organisation_id, ''), '\t', id,
    '\t', JSON_QUOTE(source), '\t', LEFT(DATE_FORMAT(at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z\t', data,
    '\n'
) FROM outbox;
