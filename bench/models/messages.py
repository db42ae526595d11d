"""English messages of 12 and of 60 words, written for the measurement; some name a person."""

from typing import Final

TWELVE_WORDS: Final = (
    "I ordered a blue jacket two weeks ago and it never arrived",
    "Why was my card declined at the supermarket when I have money",
    "Please cancel my order because I found the same lamp much cheaper",
    "The refund that you promised me last month is still not there",
    "How can I change the delivery address of a parcel already sent",
    "My transfer to a friend has been pending for three days now",
    "I forgot my password and the reset mail does not reach me",
    "Can you tell me which payment methods your shop accepts in Germany",
    "This is the worst support that I have had in many years",
    "Somebody withdrew money in another country with the card I hold here",
)
SIXTY_WORDS: Final = (
    "Hello, I bought a coffee machine from your shop in March and it worked well until last week. "
    "Now the water runs out below and the kitchen floor is wet every morning. I have the invoice "
    "and the box, and I want to know whether the warranty covers the repair, or if you "
    "will send me a new machine instead.",
    "Good morning, yesterday evening I wanted to pay in a restaurant and the card was refused "
    "three times although there is enough money on the account. I had to ask my colleague to pay "
    "for all of us, which was embarrassing. Please check, and tell me if the card is "
    "blocked, because I travel abroad on Sunday and need it.",
    "I am writing for the second time because nobody has answered my first mail. The parcel with "
    "the two pairs of shoes was delivered to a neighbour whom I do not know, and she says that "
    "she never received it. I want either the shoes this week or all of my money back, and "
    "expect that somebody will call me today.",
)
WITH_NAMES: Final = (
    "My name is Harriet Bloom and my parcel went to Oak Street",
    "Dear team, Tom Becker here, I still wait for my new card",
    "Please send it to Maria Lopez, 14 Hill Road, Bristol, by Friday",
)
