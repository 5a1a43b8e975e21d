SELECT $1::int, $$x;y$$, E'a\'b', U&'x', B'1' -- ;
/* ; */