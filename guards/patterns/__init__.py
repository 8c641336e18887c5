# SPDX-License-Identifier: Apache-2.0
"""What personal data looks like, one file a subject; plain functions from a text to hits, no library but phonenumbers.

cues        words that stand beside a value and tell what it is
contacts    e-mail, links that tell who follows them, machines
phones      telephone numbers by region
payment     cards, IBANs, accounts, crypto addresses
ids         identity and tax numbers of thirty countries; checks holds their check digits
papers      passports, licences, and the numbers that a use case adds; forms reads what these look like
places      streets and post codes; reach grows what was found over the rest of an address
people      dates of birth, ages, titles
readings    other readings of a text: decoded, unspelled
"""
