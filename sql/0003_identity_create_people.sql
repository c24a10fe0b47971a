CREATE TABLE IF NOT EXISTS organisations (
    id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    name varchar(200) NOT NULL,
    business_type varchar(100) NULL,
    email varchar(254) NULL,
    phone varchar(40) NULL,
    address varchar(500) NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    KEY organisations_by_age (created_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS users (
    id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    -- In lower case; compared byte by byte, since two accents are two mailboxes.
    email varchar(254) COLLATE utf8mb4_bin NOT NULL,
    email_verified_at datetime(3) NULL,
    password_hash varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    first_name varchar(100) NULL,
    last_name varchar(100) NULL,
    phone varchar(40) NULL,
    locale varchar(35) NOT NULL DEFAULT 'en',
    time_zone varchar(64) NOT NULL DEFAULT 'UTC',
    roles set('user', 'manager', 'admin', 'customer', 'technician', 'host', 'buyer', 'investor',
        'seller', 'sales') NOT NULL DEFAULT 'user',
    organisation_id char(30) CHARACTER SET ascii NULL,
    status enum('active', 'disabled') NOT NULL DEFAULT 'active',
    -- A token that was signed under an older number is dead: raised when roles change.
    token_version bigint NOT NULL DEFAULT 1,
    version bigint NOT NULL DEFAULT 1,
    created_at datetime(3) NOT NULL,
    UNIQUE KEY users_email (email),
    KEY users_by_age (created_at, id),
    KEY users_by_organisation (organisation_id),
    CONSTRAINT users_organisation FOREIGN KEY (organisation_id) REFERENCES organisations (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS organisation_technicians (
    organisation_id char(30) CHARACTER SET ascii NOT NULL,
    user_id char(30) CHARACTER SET ascii NOT NULL,
    created_at datetime(3) NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    KEY organisation_technicians_by_user (user_id),
    CONSTRAINT organisation_technicians_organisation
        FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_technicians_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- By the digest of the e-mail, known or not: an unknown one is locked like any other.
CREATE TABLE IF NOT EXISTS sign_in_failures (
    account binary(32) NOT NULL PRIMARY KEY,
    failures int NOT NULL,
    locked_until datetime(3) NULL,
    last_at datetime(3) NOT NULL,
    KEY sign_in_failures_by_age (last_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS sessions (
    id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    user_id char(30) CHARACTER SET ascii NOT NULL,
    kind enum('api', 'pages') NOT NULL,
    -- Of the cookie, for the pages; a session of the API lives by its refresh tokens.
    secret_digest binary(32) NULL,
    user_agent varchar(300) NOT NULL DEFAULT '',
    address varchar(45) CHARACTER SET ascii NOT NULL,
    created_at datetime(3) NOT NULL,
    last_used_at datetime(3) NOT NULL,
    expires_at datetime(3) NOT NULL,
    revoked_at datetime(3) NULL,
    UNIQUE KEY sessions_secret (secret_digest),
    KEY sessions_by_user (user_id, revoked_at),
    KEY sessions_by_expiry (expires_at),
    CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- One row a token of the chain; a used one that comes again ends its session.
CREATE TABLE IF NOT EXISTS refresh_tokens (
    digest binary(32) NOT NULL PRIMARY KEY,
    session_id char(30) CHARACTER SET ascii NOT NULL,
    created_at datetime(3) NOT NULL,
    used_at datetime(3) NULL,
    KEY refresh_tokens_by_session (session_id),
    CONSTRAINT refresh_tokens_session
        FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS email_tokens (
    digest binary(32) NOT NULL PRIMARY KEY,
    -- Nobody, when an unknown e-mail was typed: that must take as long.
    user_id char(30) CHARACTER SET ascii NULL,
    purpose enum('verify', 'reset', 'invite', 'first') NOT NULL,
    created_at datetime(3) NOT NULL,
    expires_at datetime(3) NOT NULL,
    used_at datetime(3) NULL,
    KEY email_tokens_by_user (user_id, purpose),
    CONSTRAINT email_tokens_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS totp_enrolments (
    user_id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    -- Sealed with the key of the configuration.
    secret varchar(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    confirmed_at datetime(3) NULL,
    -- The newest time step that was accepted: no code works twice.
    last_step bigint NOT NULL DEFAULT 0,
    CONSTRAINT totp_enrolments_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS recovery_codes (
    user_id char(30) CHARACTER SET ascii NOT NULL,
    digest binary(32) NOT NULL,
    used_at datetime(3) NULL,
    PRIMARY KEY (user_id, digest),
    CONSTRAINT recovery_codes_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS api_keys (
    id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    user_id char(30) CHARACTER SET ascii NOT NULL,
    name varchar(100) NOT NULL,
    prefix varchar(20) CHARACTER SET ascii NOT NULL,
    digest binary(32) NOT NULL,
    scopes varchar(500) CHARACTER SET ascii NOT NULL,
    created_at datetime(3) NOT NULL,
    last_used_at datetime(3) NULL,
    revoked_at datetime(3) NULL,
    UNIQUE KEY api_keys_digest (digest),
    KEY api_keys_by_user (user_id, created_at),
    CONSTRAINT api_keys_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS audit_entries (
    id char(30) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    at datetime(3) NOT NULL,
    actor_id varchar(64) CHARACTER SET ascii NOT NULL,
    actor_name varchar(254) NOT NULL,
    action varchar(64) CHARACTER SET ascii NOT NULL,
    object_type varchar(32) CHARACTER SET ascii NOT NULL,
    object_id varchar(64) CHARACTER SET ascii NOT NULL,
    before_json mediumtext NULL,
    after_json mediumtext NULL,
    address varchar(45) CHARACTER SET ascii NOT NULL,
    request_id varchar(64) CHARACTER SET ascii NOT NULL,
    KEY audit_entries_by_age (at, id),
    KEY audit_entries_by_object (object_type, object_id, at),
    KEY audit_entries_by_actor (actor_id, at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TRIGGER IF NOT EXISTS audit_entries_no_update BEFORE UPDATE ON audit_entries
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only';

CREATE TRIGGER IF NOT EXISTS audit_entries_no_delete BEFORE DELETE ON audit_entries
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only';
