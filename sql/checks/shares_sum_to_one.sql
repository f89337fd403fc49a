-- Firm-days whose seven mean probabilities do not sum to one, or lie outside [0, 1].
-- grain: tagger, ticker, session, window_name
select *
from firm_emotions
where abs(neutral + happy + sad + anger + disgust + surprise + fear - 1) > 1e-5
or least(neutral, happy, sad, anger, disgust, surprise, fear) < 0
or n_posts < 1
