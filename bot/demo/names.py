"""Invented names: a given name that is usual in a country, and one letter. Nobody's full name."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

LETTERS = "ABDEFGHKLMNRSTWYZ"
DUTCH = "NL"

_LISTS = {
    "ER": """Abel Abrham Adiam Aman Asmerom Awet Bereket Biniam Bsrat Daniat Dawit Delina Eden Efrem Elsa
        Ermias Eyob Fanus Feven Filmon Fiyori Freweyni Ghirmay Haben Habtom Helen Henok Hermela
        Hiyab Isayas Kibrom Kidane Kisanet Lemlem Letebrhan Luwam Mebrahtu Medhanie Meron Merhawi
        Mehret Mikal Milena Mussie Nahom Natnael Niyat Rahwa Robel Ruta Saba Salem Samiel Samson
        Selam Semhar Senait Simon Solomon Tesfay Tsegay Weldu Winta Yafet Yodit Yohannes Yonas
        Yonatan Yosan Zerai""",
    "SY": """Abdulrahman Ahmad Alaa Amal Amer Anas Ayham Bashar Basel Bassam Bilal Dalia Dima Fadi Fatima
        Firas Ghada Hadi Hala Hanan Hasan Hiba Ibrahim Iman Jamil Joud Khaled Lama Layal Lina Maher
        Majd Maya Mazen Mohammad Mona Mustafa Nada Nour Omar Qusai Raghad Rama Rami Rana Rasha Rawan
        Reem Rula Safaa Salma Sami Samir Sara Sham Tarek Wael Yaman Yara Yasmin Youssef Zain""",
    "AF": "Ahmad Ali Farid Fereshta Habib Hamid Laila Mina Najib Navid Parwana Rahim Shabnam Zahra Zohra",
    "IQ": "Ahmed Ali Aram Dilan Hassan Haider Hevin Karwan Mariam Noor Omar Rebaz Shilan Sirwan Zainab",
    "IR": "Amir Arash Azadeh Farhad Kaveh Leila Mahsa Maryam Navid Neda Omid Parisa Reza Sahar Shirin",
    "SO": "Abdi Amina Asha Bashir Deqa Fartun Guled Hodan Ismail Khadra Liban Nasra Sahra Warsame Yusuf",
    "SD": "Abubakr Amna Awad Eltayeb Hawa Ibtisam Khalid Mohamed Nagla Osman Rania Salih Tahani Yasir",
    "ET": "Abebe Alemu Bethlehem Dawit Genet Hana Kebede Lemma Marta Mulu Selamawit Tadesse Tigist Yared",
    "PK": "Adeel Ayesha Bilal Hina Imran Sana Usman",
    "TR": "Aylin Deniz Elif Emre Mehmet Selin Zeynep",
    "GN": "Aissatou Alpha Fatoumata Ibrahima Mamadou Mariama Ousmane",
    "SL": "Abu Aminata Fatmata Foday Isatu Mohamed Sorie",
    "CD": "Chantal Dieudonné Espérance Grâce Jonathan Josué Patience",
    "BI": "Aline Claude Diane Egide Espérance Innocent Jeanine",
    "UG": "Brian Grace Ivan Joan Moses Patience Ronald",
    "NG": "Blessing Chinedu Emeka Ifeoma Ngozi Tunde Yetunde",
    "CM": "Armel Brice Carine Estelle Fabrice Nadège Serge",
    "AM": "Anahit Ani Armen Davit Gayane Hayk Tigran",
    "AZ": "Aysel Elnur Gunel Leyla Orkhan Rashad Sevda",
    "MN": "Altan Bat Bolor Ganbold Naran Oyun Tuya",
    "CN": "Fang Hui Jun Lei Mei Ping Yan",
    "RU": "Aleksej Dmitri Irina Natalja Oleg Olga Tatjana",
    "LK": "Anton Kavitha Kumar Nimal Priya Selvi Suresh",
    "AO": "Ana Domingos Esperança João Manuel Marta Pedro",
    "GM": "Awa Ebrima Fatou Isatou Lamin Modou Ousman",
    "NL": """Anneke Atje Bouke Doeke Douwe Elske Femke Foekje Froukje Geert Gerben Grietje Hinke Ids
        Jelle Jildou Klaas Lieuwe Maaike Marijke Minke Nynke Oane Piter Reinder Rixt Sietske Sjoerd
        Tjitske Wietske""",
}
GIVEN: Mapping[str, tuple[str, ...]] = {country: tuple(names.split()) for country, names in _LISTS.items()}


def invent(chance: Random, country: str) -> str:
    """A name for somebody from a country, by its ISO 3166 code."""
    return f"{chance.choice(GIVEN[country])} {chance.choice(LETTERS)}."
