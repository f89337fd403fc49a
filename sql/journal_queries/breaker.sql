-- One row: until when a source is left alone, and why. None where it never refused.
-- grain: source
select source, until, reason
from breakers
where source = :source
