-- Which people bear which two words in their name, in both orders, so that two typed pieces are one seek.
-- kind: 0 = lead is of the surname, 1 = lead is of the first name. other is '' where the name is one word.
CREATE TABLE name_pair (
    kind   BIGINT NOT NULL,
    lead   TEXT COLLATE "C" NOT NULL,
    other  TEXT COLLATE "C" NOT NULL,
    person BIGINT NOT NULL,
    PRIMARY KEY (kind, lead, other, person)
);

-- The vocabulary of name_pair.lead, once by its beginning (place 0) and once by each later letter (place 1):
-- a piece from inside a word becomes the beginning of a part.
CREATE TABLE name_part (
    place BIGINT NOT NULL,
    kind  BIGINT NOT NULL,
    part  TEXT COLLATE "C" NOT NULL,
    word  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (place, kind, part, word)
);
