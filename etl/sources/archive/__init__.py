"""The public archive of StockTwits, 2008 to 2022: CSV files of records and of texts, joined by their ids.

Li, Al Ansari and Kaufman (2025), "StockTwits: Comprehensive records of a financial social media platform
from 2008 to 2022", Journal of Quantitative Description: Digital Media 5, doi 10.51685/jqd.2025.020.
"""
