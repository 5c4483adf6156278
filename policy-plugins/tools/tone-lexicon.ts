// Words and how positive or negative they are, for policy `tone`. Read by make-tone.ts.
//
// Selected from the lexicon of VADER (Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
// Media Text", 2014), whose mean valences these are, in tenths: the words that business writing has, without most faces, initials
// and rare forms; a few close forms of words that it has are added. WORD_KINDS and IDIOMS are what VADER's rules know by name.

/** Stands in the table that is made of it. */
export const NOTICE = `
// Valences selected from VADER's lexicon, Copyright (c) 2016 C.J. Hutto, MIT License:
//
// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
// (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
// merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
// furnished to do so, subject to the following conditions:
//
// The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
// MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
// FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
// CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const WORDS = `
:)+20 :-)+13 :(-19 :-(-15 :d+23 :-d+23 ;)+9 ;-)+10 :p+10 :/-14 :-/-12 :'(-22 :|-4 <3+19 </3-30 lol+18 lmao+29 rofl+27 wtf-28 ffs-28
thx+15 fyi+8 np+14 pls+3 plz+3 gr8+27 smh-13 vip+23 true+18
abandon-19 abandoned-20 abandoning-16 abandonment-24 abandons-13 abducted-23 abhor-20 abhorrent-31 ability+13 abilities+10 abuse-32
abused-23 abuser-26 abusers-26 abuses-26 abusing-20 abusive-32 accept+16 acceptable+13 acceptance+20 accepted+11 accepting+16 accepts+13
accident-21 accidental-3 accidentally-14 accidents-13 accomplish+18 accomplished+19 accomplishes+17 accusation-10 accusations-13 accuse-8
accused-12 accuses-14 accusing-7 ache-16 aches-10 aching-22 achievable+13 acquit+8 acquitted+10 acrimonious-17 active+17 actively+13
adequate+9 admirable+26 admirably+25 admiration+25 admire+21 admired+23 admirer+18 admires+15 admiring+16 admit+8 admits+12 admitted+4
admonished-19 adopt+7 adorable+22 adore+26 adored+18 adoring+26 advanced+10 advantage+10 advantageous+15 advantages+15 adventure+13
adventurous+14 adversarial-15 adversary-8 adverse-15 adversely-8 adversity-18 affected-6 affection+24 affectionate+19 afflicted-15
aggravate-25 aggravated-19 aggravates-19 aggravating-12 aggression-12 aggressive-6 aggressively-13 aghast-19 agitated-20 agitation-10
agonizing-27 agony-18 agree+15 agreeable+18 agreed+11 agreeing+14 agreement+22 agreements+11 agrees+8 alarm-14 alarmed-14 alarming-5
alarmingly-26 alarms-11 alas-11 alert+12 alive+16 allergic-12 allow+9 alone-10 alright+10 amaze+25 amazed+22 amazement+25 amazes+22
amazing+28 ambitious+21 amused+18 amusing+16 anger-27 angered-23 angers-23 angrier-23 angrily-18 angry-23 anguish-29 anguished-18
animosity-19 annoy-19 annoyance-13 annoyances-18 annoyed-16 annoying-17 annoys-18 antagonism-19 antagonistic-17 antagonize-20 anti-13
anticipation+4 anxieties-6 anxiety-7 anxious-10 anxiously-9 apathetic-12 apathy-12 apologise+16 apologised+4 apologises+8 apologising+2
apologize+4 apologized+13 apologizes+15 apologizing-3 apology+2 appalled-20 appalling-15 appallingly-20 applaud+20 applauded+15
applause+18 appreciate+17 appreciated+23 appreciates+23 appreciating+19 appreciation+23 appreciative+26 apprehension-21 apprehensive-3
approval+21 approved+18 approves+17 arguable-10 argue-14 argued-15 argues-16 arguing-20 argument-15 argumentative-15 arguments-17 arrest-14
arrested-21 arrests-19 arrogance-24 arrogant-22 arrogantly-18 ashamed-21 ass-25 assassination-29 assault-28 assaulted-24 assaulting-23
assaults-25 asset+15 assets+7 assholes-28 assurance+14 assurances+14 assure+14 assured+15 assures+13 assuring+16 astonished+16 astounding+18
attachment+12 attachments+11 attack-21 attacked-20 attacker-27 attackers-27 attacking-20 attacks-19 attract+15 attracted+18 attracting+21
attraction+20 attractive+19 attractively+22 attractiveness+18 attracts+17 audacious+9 authority+3 aversion-19 avert-7 averted-3 avoid-12
avoidance-17 avoided-14 avoiding-14 avoids-7 await+4 awaits+3 award+25 awarded+17 awarding+19 awards+20 awesome+31 awful-20 awkward-6
awkwardly-13 bad-25 badass-6 badly-21 bailout-4 bamboozled-15 ban-26 bankrupt-26 banned-20 bargain+8 barrier-5 bastard-25 bastards-30
battle-16 battled-12 battles-16 battling-11 beaten-18 beating-20 beautiful+29 beautifully+27 beauty+28 belittle-19 belittled-20 beloved+23
beneficial+19 beneficiary+21 benefit+20 benefits+16 benefitted+17 benefitting+19 benevolent+27 benign+13 bereaved-21 best+32 betray-32
betrayal-28 betrayed-30 betraying-25 betrays-25 better+19 bias-4 biased-11 bitch-28 bitches-29 bitching-11 bitchy-23 bitter-18 bitterly-20
bitterness-17 bizarre-13 blame-14 blamed-21 blameless+7 blames-17 blaming-22 bless+18 blessed+29 blessing+22 blessings+25 blind-17 bliss+27
block-19 blocked-11 blocking-16 blocks-9 bloody-19 blurry-4 bold+16 boldly+15 bomb-22 bonus+25 bonuses+26 boost+17 boosted+15 boosting+14
boosts+13 bore-10 bored-11 boredom-13 boring-13 bother-14 bothered-13 bothering-16 bothers-8 bothersome-13 boycott-13 boycotted-17 brave+24
bravely+23 bravery+22 breathtaking+20 bribe-8 bright+19 brighten+19 brighter+16 brightest+30 brightly+15 brilliance+29 brilliant+28
brilliantly+30 brisk+6 broke-18 broken-21 brutal-31 brutality-30 brutally-30 bullied-31 bullshit-28 bully-22 bullying-29 bummer-16
burden-19 burdened-17 burdens-15 burdensome-18 calm+13 calmed+16 calmer+15 calming+17 calmly+13 calmness+17 cancel-10 cancelled-10
cancelling-8 cancels-9 cancer-34 capable+16 captivated+16 care+22 cared+18 carefree+17 careful+6 carefully+5 careless-15 carelessly-10
carelessness-14 cares+20 caring+22 casual+8 casualty-24 catastrophe-34 catastrophic-22 cautious-4 celebrate+27 celebrated+27 celebrates+27
celebrating+27 censored-6 certain+11 certainly+14 certainty+10 challenge+3 challenged-4 challenges+3 challenging+6 champion+29 champions+24
chance+10 chances+8 chaos-27 chaotic-22 charged-8 charges-11 charitable+17 charity+18 charm+17 charmed+20 charming+28 chastised-22 cheat-20
cheated-23 cheater-25 cheaters-19 cheating-26 cheats-18 cheer+23 cheered+23 cheerful+25 cheerfully+21 cheering+23 cheers+21 cherish+16
cherished+23 childish-12 chilling-1 choke-25 choked-21 choking-20 clarifies+9 clarity+17 classy+19 clean+17 cleaner+7 clear+16 cleared+4
clearly+17 clever+20 cleverly+23 clueless-15 cocky-5 coerced-15 collapse-22 collapsed-11 collapsing-12 collision-15 colluding-12 combat-14
comedy+15 comfort+15 comfortable+23 comfortably+18 comforted+18 comforting+17 comforts+21 commend+19 commended+19 commit+12 commitment+16
commitments+5 committed+11 compassion+20 compassionate+22 compelled+2 compelling+9 competent+13 competitive+7 complacent-3 complain-15
complained-17 complainer-18 complaining-8 complains-16 complaint-12 complaints-17 compliment+21 complimentary+19 compliments+17
comprehensive+10 condemn-16 condemnation-28 condemned-19 condemns-23 confidence+23 confident+22 confidently+21 conflict-13 conflicting-17
conflicts-16 confront-7 confrontation-13 confrontational-16 confronted-8 confronting-6 confuse-9 confused-13 confuses-13 confusing-9
confusion-12 congrats+24 congratulate+22 congratulations+29 consent+9 considerate+19 conspiracy-24 constrained-4 contagious-14 contempt-28
contemptible-16 contemptuous-22 contented+14 contentious-12 contradict-13 contradiction-10 contradictory-14 controversial-8 convince+10
convinced+17 convincing+17 cool+13 costly-4 courage+22 courageous+24 courteous+23 courtesy+15 cover-up-12 coward-20 cowardly-16 crap-16
crappy-26 crash-17 crazy-14 create+11 created+10 creates+11 creating+12 creation+11 creative+19 creatively+15 creativity+16 credit+16
credited+15 credits+15 creditworthy+24 cried-16 cries-17 crime-25 criminal-24 criminals-27 crisis-31 critic-11 critical-13 criticise-19
criticised-18 criticising-17 criticism-19 criticisms-9 criticize-16 criticized-15 criticizing-15 critics-12 crude-27 cruel-28 cruelly-28
cruelty-29 crushed-18 crushing-15 cry-21 crying-21 cunt-22 cunts-29 curious+13 curse-25 cut-11 cute+20 cuts-12 cutting-5 cynical-16
cynicism-17 damage-22 damaged-19 damages-19 damaging-23 damn-17 damned-16 damning-14 damnit-24 danger-24 dangerous-21 dangerously-20
dangers-22 daring+15 darkest-22 darkness-10 darling+28 dead-33 deadlock-14 dear+16 dearly+18 dearth-23 death-29 debt-15 decay-17 deceit-20
deceitful-19 deceive-17 deceived-19 deceiving-14 deception-19 decisive+9 dedicated+20 defeat-20 defeated-21 defect-14 defective-19 defects-17
defence+4 defense+5 defenseless-14 defensive+1 defer-12 defiant-9 deficit-17 definite+11 definitely+17 degrade-19 degraded-18 degrading-28
dejected-22 delay-13 delayed-9 delicious+27 delight+29 delighted+23 delightful+28 delights+20 demand-5 demanded-9 demanding-9
demoralized-16 denied-19 denies-18 denounce-14 deny-14 denying-14 depressed-23 depressing-16 depression-27 deprived-21 derail-12 derailed-14
desirable+13 desire+17 desired+11 despair-13 desperate-13 desperately-16 desperation-20 despicable-25 despise-14 despised-17 despises-20
despising-27 destroy-25 destroyed-22 destroying-26 destroys-26 destruction-27 destructive-30 detached-5 detain-18 detained-17 determination+17
determined+14 devastated-30 devastating-33 devastation-18 devil-34 devoted+17 devotion+20 dick-23 dickhead-31 die-29 died-26 difficult-15
difficulties-12 difficulty-14 dignified+22 dignity+17 dilemma-7 dire-20 dirt-14 dirty-19 disabling-21 disadvantage-18 disadvantages-17
disagree-16 disagreeable-17 disagreed-13 disagreement-15 disagreements-18 disappear-9 disappeared-9 disappoint-17 disappointed-21
disappointing-22 disappointingly-19 disappointment-23 disappointments-20 disappoints-16 disaster-31 disasters-26 disastrous-29 discard-10
discarded-14 discomfort-18 discontented-18 discord-17 discourage-18 discouraged-17 discouraging-19 discredited-19 disdain-21 disgrace-22
disgraced-20 disgust-29 disgusted-24 disgusting-24 disgustingly-29 disgusts-21 disheartened-22 disheartening-18 dishonest-27 disillusioned-19
dislike-16 disliked-17 dislikes-17 dismal-30 dismay-18 dismayed-19 disorder-17 disorganized-12 disoriented-15 disparaging-22 displeased-19
dispute-17 disputed-14 disputes-11 disqualified-18 disregard-11 disregarded-16 disregarding-9 disrespect-18 disrespected-20 disruption-15
disruptions-14 disruptive-13 dissatisfaction-22 dissatisfied-16 distort-13 distorted-17 distract-12 distracted-14 distracting-12
distraction-16 distraught-26 distress-24 distressed-18 distressing-17 distrust-18 disturb-17 disturbance-16 disturbed-16 disturbing-23
disturbs-19 dizzy-9 dodgy-9 dominate-5 doom-17 doomed-32 doubt-15 doubted-11 doubtful-14 doubting-14 doubts-12 douche-15 douchebag-30
downside-10 drag-9 drained-15 dread-20 dreaded-27 dreadful-19 dreadfully-27 dreading-24 dream+10 dreams+17 dreary-14 drop-11 drown-27
drowned-29 drunk-14 dubious-15 dull-17 dumb-23 dumbass-26 dumbest-23 dumped-17 duped-18 dynamic+16 dysfunction-18 eager+15 eagerly+16
earnest+23 ease+15 eased+12 easier+18 easiest+18 easily+14 easy+19 ecstatic+23 effective+21 effectively+19 efficiency+15 efficient+18
efficiently+17 effin-23 egotistical-9 elated+32 elegance+21 elegant+21 embarrass-12 embarrassed-15 embarrassing-16 embarrassingly-17
embarrassment-19 embittered-4 embrace+13 emergency-16 emotional+6 empathetic+17 emptiness-19 empty-8 encourage+23 encouraged+15
encouragement+18 encourages+19 encouraging+24 endorse+13 endorsed+10 endorsement+13 enemies-22 enemy-25 energetic+19 energized+23 energy+11
engage+14 engaged+17 engagement+20 engaging+14 enjoy+22 enjoyable+19 enjoyed+23 enjoying+24 enjoyment+26 enjoys+23 enlightening+23 enraged-17
enslaved-17 ensure+16 ensuring+11 entertaining+19 entertainment+18 enthusiasm+19 enthusiastic+22 enthusiastically+26 entitled+11 entrusted+8
envious-11 envy-11 erroneous-18 error-17 errors-14 escape+7 esteemed+19 ethical+23 euphoric+32 eviction-20 evil-34 exaggerate-6 exaggerated-4
exasperated-18 excel+20 excelled+22 excellence+31 excellent+27 excellently+31 excels+25 excited+14 excitedly+23 excitement+22 exciting+22
exclude-9 excluded-14 exclusion-12 exclusive+5 excruciating-33 excuse+3 exempt+4 exhausted-15 exhausting-15 exhaustion-15 exonerated+18
expand+13 expelled-10 exploit-4 exploited-20 exploiting-19 expose-6 exposed-3 exposing-11 extend+7 exuberant+28 fabulous+24 fag-21 faggot-34
fail-25 failed-23 failing-23 fails-18 failure-23 failures-20 fair+13 faith+18 faithful+19 faithfully+18 fake-21 fallen-15 falling-6
falsified-16 falsify-20 fame+19 fan+13 fantastic+26 farce-17 fascinated+21 fascinating+25 fascist-26 fatal-25 fatality-35 fatally-32
fatigue-10 fatigued-14 fault-17 faultless+20 faults-21 faulty-13 favor+17 favorable+21 favorably+16 favored+18 favorite+20 favour+19
favoured+18 fear-22 feared-22 fearful-22 fearing-27 fearless+19 fears-18 feeble-12 felony-25 ferocious-4 festive+20 feud-14 fiasco-23 fight-16
fighting-15 fights-17 fine+8 fire-14 fired-26 firing-14 fit+15 fitness+11 flattered+16 flattering+13 flawless+23 flawlessly+8 flexibility+14
flexible+9 flop-14 flu-16 flustered-10 focused+16 fond+19 fool-19 fooled-16 fooling-17 foolish-11 foolproof+16 fools-22 forbid-13
forbidden-18 forced-20 foreclosure-5 forget-9 forgive+11 forgiven+16 forgiveness+11 forgiving+19 forgotten-9 fortunate+19 fought-13
frantic-19 fraud-28 frauds-23 fraudster-25 fraudulent-22 freak-19 freaking-18 free+23 freed+17 freedom+32 freely+19 frenzy-13 fresh+13
friend+22 friendly+22 friends+21 friendship+19 frightened-19 frightening-22 frustrate-20 frustrated-24 frustrates-19 frustrating-19
frustratingly-20 frustration-21 frustrations-20 fuck-25 fucked-34 fucker-33 fuckers-29 fuckface-32 fucks-21 fud-11 fulfill+19 fulfilled+18
fun+23 funeral-15 funny+19 furious-27 furiously-19 fury-27 futile-19 gain+24 gained+16 gaining+18 gains+14 generosity+23 generous+23
generously+18 genial+18 gentle+19 gently+20 ghost-13 gift+19 giving+14 glad+20 gladly+14 glorious+32 gloomy-6 goddamn-21 good+19 goodness+20
gorgeous+30 gossip-7 grace+18 graceful+20 gracious+26 graciously+23 grand+20 grant+15 granted+10 grateful+20 gratefully+21 gratifying+23
gratitude+23 grave-16 great+31 greater+15 greatest+32 greed-17 greedy-13 greet+13 greeting+16 greetings+18 grief-22 grievance-21
grievances-15 grieving-23 grievous-20 grim-27 gross-21 grossly-9 growing+7 growth+16 guarantee+10 guilt-11 guilty-18 gullible-15 gun-14
hacked-17 ha+14 haha+20 hail+3 handsome+22 happier+24 happiest+32 happily+26 happiness+26 happy+27 harass-22 harassed-25 harassing-25
harassment-25 hard-4 hardship-13 harm-25 harmed-21 harmful-26 harming-26 harmless+10 harmonious+20 harmony+17 harms-22 harsh-19 harsher-22
harshest-29 hate-27 hated-32 hateful-22 haters-22 hates-19 hating-23 hatred-32 haunted-21 havoc-29 healthy+17 heartbreaking-20 heartbroken-33
heartfelt+25 heartless-22 heartwarming+21 heaven+23 hell-36 hellish-32 help+17 helpful+18 helpfully+23 helping+12 helpless-20 helps+16
hero+26 heroic+26 hesitant-10 hesitate-11 hesitation-11 hide-7 hiding-12 highlight+14 hilarious+17 hindrance-17 hoax-11 holiday+17
holidays+16 honest+23 honestly+20 honesty+22 honor+22 honorable+25 honored+28 honour+27 honoured+22 hope+19 hoped+16 hopeful+23 hopefully+17
hopeless-20 hopelessly-22 hopes+18 hoping+18 horrendous-28 horrible-25 horribly-24 horrid-25 horrific-34 horrified-25 horrifying-27 horror-27
hostile-16 hostility-25 hug+21 huge+13 humiliate-25 humiliated-14 humiliating-12 humiliation-27 humor+11 humorous+16 humour+21 hunger-10
hurt-24 hurtful-24 hurting-17 hurts-21 hypocritical-20 hysterical-1 ideal+24 ideally+18 idiot-23 idiotic-26 ignorance-15 ignorant-11 ignore-15
ignored-13 ignores-11 ignoring-17 ill-18 illegal-26 illness-17 illnesses-22 imbecile-22 immoral-20 immune+12 impatience-18 impatient-12
imperfect-13 impolite-16 importance+15 important+8 importantly+13 impose-12 imposed-3 impress+19 impressed+21 impressive+23 imprisoned-20
improve+19 improved+21 improvement+20 improvements+13 improves+18 improving+18 inability-17 inaction-10 inadequate-17 inadequately-10
incapable-16 incentive+15 incentives+13 incompetence-23 incompetent-21 inconsiderate-19 inconvenience-15 inconvenient-14 increase+13
increased+11 indecisive-10 indifference-2 indifferent-8 indignant-18 indignation-24 ineffective-5 infected-22 inferior-17 inflamed-14
influential+19 infringement-21 infuriated-30 infuriating-24 inhibit-16 injured-17 injury-18 injustice-27 innocent+14 innovate+22
innovation+16 innovative+19 insane-17 insecure-18 insensitive-9 insignificant-14 insincere-18 inspiration+24 inspirational+23 inspire+27
inspired+22 inspiring+18 insult-23 insulted-23 insulting-22 insults-18 intact+8 integrity+16 intelligence+21 intelligent+20 interest+20
interested+17 interesting+17 interests+10 interrupt-14 interrupted-12 interruption-15 interruptions-17 intimidate-8 intimidated-19
intimidating-19 intimidation-18 invincible+22 invite+6 inviting+13 irate-29 ironic-5 irrational-14 irresistible+14 irresponsible-19
irritable-21 irritate-18 irritated-20 irritating-20 irritation-23 isolated-13 isolation-17 jackass-18 jealous-20 jealousy-13 jeopardy-21
jerk-14 jerks-11 join+12 joke+12 jokes+10 joking+9 jolly+23 joy+28 joyful+29 joyous+31 justice+24 justified+17 keen+15 kidding+4 kill-37
killed-35 killer-33 killing-34 kills-25 kind+24 kindly+22 kindness+20 kiss+18 kudos+23 lack-13 lag-14 lagging-11 lame-18 lament-20
laugh+26 laughable+2 laughed+20 laughing+22 laughter+22 lawsuit-9 lawsuits-6 lazy-15 leak-14 leaked-13 legal+5 legally+4 lenient+11
liability-8 liar-23 liars-24 lied-16 lies-18 like+15 likeable+20 liked+18 likes+18 liking+17 limitation-12 limited-9 litigation-8 lively+19
livid-25 loathe-22 loathed-21 loathing-27 lonely-15 loose-13 lose-17 loser-24 losers-24 loses-13 losing-16 loss-13 losses-17 lost-13 lousy-25
lovable+30 love+32 loved+29 lovely+28 loves+27 loving+29 low-11 lower-12 lowest-16 loyal+21 loyalty+25 luck+20 luckily+23 lucky+18
ludicrous-15 lunatic-22 lying-24 mad-22 maddening-22 madness-19 magnificent+29 magnificently+34 mandatory+3 maniac-21 manipulated-16
manipulating-15 manipulation-12 marvelous+29 masterpiece+31 matter+1 mature+18 meaningful+13 meaningless-19 menace-22 mercy+15 merit+18
merits+17 merry+25 mess-15 messed-14 messy-15 mindless-19 miracle+28 misbehave-19 mischief-15 miserable-22 miserably-21 misery-27
misinformation-13 misinformed-16 misinterpreted-13 misleading-17 misrepresentation-20 miss-6 missed-12 missing-12 mistake-14 mistaken-15
mistakenly-12 mistakes-15 misunderstand-15 misunderstanding-18 misunderstood-14 mock-18 mocked-13 mockery-13 mocking-17 molested-19 moody-15
moron-22 moronic-27 morons-13 motherfucker-36 motherfucking-28 motivate+16 motivated+20 motivating+22 motivation+14 mourn-18 mourning-19
murder-37 murdered-34 murderer-36 murderous-32 nag-15 nagging-17 naive-11 nasty-26 natural+15 neat+20 neatly+14 needy-14 negative-27
negativity-23 neglect-20 neglected-24 neglecting-17 neglects-22 nerves-4 nervous-11 nervously-6 nice+18 nicely+19 nicer+19 nicest+22
nifty+17 nigger-33 no-12 noble+20 noisy-7 nonsense-17 notorious-19 novel+13 numb-14 number+3 nuts-13 obnoxious-20 obscene-28 obsessed-7
obsession-14 obsolete-12 obstacle-15 obstacles-16 odd-13 offence-12 offend-12 offended-10 offending-23 offense-10 offensive-20 offline-5 ok+12
okay+9 ominous-14 opportunities+16 opportunity+18 oppressed-21 oppressive-17 optimal+15 optimism+25 optimistic+13 optimize+22 optimized+20
original+13 outcry-23 outrage-23 outraged-25 outrageous-20 outrageously-12 outstanding+30 overjoyed+27 overload-15 overreact-10
overwhelmed+2 pain-23 pained-18 painful-19 painfully-24 painless+12 pains-18 panic-23 panicked-20 paradise+32 paranoid-10 pardon+13 party+17
passion+20 passionate+24 passionately+24 pathetic-27 pathetically-18 pay-4 peace+25 peaceful+22 peacefully+24 peculiar+6 penalty-20 perfect+27
perfected+27 perfection+27 perfectly+32 peril-17 perplexed-13 persecuted-13 perverse-18 pervert-23 perverted-25 pessimistic-15 petty-8
phobia-16 piss-17 pissed-32 pissing-17 pitiful-22 pitifully-12 pity-12 play+14 played+14 playful+19 playing+8 plays+10 pleasant+23
pleasantly+21 please+13 pleased+19 pleases+17 pleasing+24 pleasure+27 poison-25 poisoned-22 poisonous-27 polluted-20 poor-21 poorer-15
poorest-25 popular+18 popularity+21 positive+26 positively+24 postpone-9 postponed-8 poverty-23 powerful+18 powerless-22 praise+26 praised+22
praising+25 precious+27 prejudice-23 prejudiced-19 prepared+9 pressure-12 pressured-9 pressuring-14 pretend-4 pretty+22 prick-14 pride+14
prison-23 prisoner-25 privilege+15 privileged+19 prize+23 prizes+20 proactive+18 problem-17 problematic-19 problems-17 profit+19
profitable+19 profits+19 progress+18 prominent+13 promise+13 promised+15 promises+16 promising+17 promote+16 promoted+18 promoting+15
propaganda-10 prosecute-17 prosecuted-16 prosecution-22 prospect+12 prospects+12 prosperous+21 protect+16 protected+19 protects+13 protest-10
protests-9 proud+21 proudly+26 provoke-17 provoked-11 provoking-8 puke-24 punish-24 punished-20 punishing-26 punishment-22 punitive-23
pushy-11 puzzled-7 questionable-12 questioned-4 questioning-4 racism-31 racist-30 racists-25 radiant+21 rage-26 raging-24 rant-14 rape-37
raped-36 rapist-39 rash-17 ready+15 reassurance+15 reassure+14 reassured+17 reassuring+17 rebellious-12 recession-18 reckless-17 recommend+15
recommended+8 recommends+9 refuse-12 refused-12 refusing-17 regret-18 regretful-19 regrets-15 regrettable-23 regrettably-20 regretted-16
regretting-17 reject-17 rejected-23 rejecting-20 rejection-25 rejections-21 rejects-22 rejoice+19 relax+19 relaxed+22 relaxing+22 relief+21
relieve+15 relieved+16 reluctance-14 reluctant-10 reluctantly-4 remarkable+26 remorse-11 repetitive-10 repulsed-22 rescue+23 rescued+18
resent-7 resented-16 resentful-21 resentment-19 resign-14 resignation-12 resigned-10 resigning-9 resolve+16 resolved+7 resolves+7
resolving+16 respect+21 respectable+19 respected+21 respectful+20 respectfully+17 respecting+22 respects+13 responsible+13 responsive+15
restless-11 restore+12 restored+14 restoring+12 restrict-16 restricted-16 restricting-16 restriction-11 retard-24 retarded-27 revenge-24
revive+14 reward+27 rewarded+22 rewarding+24 rewards+21 rich+26 ridicule-20 ridiculed-15 ridiculous-15 ridiculously-14 rigged-15 rigid-5
rigorous-11 riot-26 riots-23 risk-11 risking-13 risks-11 risky-8 rob-26 robbed-26 robber-26 robust+14 romantic+17 rotten-23 rude-20 rudely-22
rudeness-15 ruin-28 ruined-21 ruining-10 ruins-19 sabotage-24 sad-21 saddened-24 sadly-18 sadness-19 safe+19 safeguard+16 safely+22 safer+18
safest+17 safety+18 sarcasm-9 sarcastic-10 satisfaction+19 satisfactory+15 satisfied+18 satisfies+18 satisfy+20 satisfying+20 savage-20
save+22 saved+18 scam-27 scams-28 scandal-19 scandalous-24 scare-22 scared-19 scares-14 scary-22 sceptical-12 scold-17 scorn-17 scream-17
screamed-13 screaming-16 screw-4 screwed-22 screwing-9 scumbag-32 secure+14 secured+17 securely+14 security+14 selfish-21 selfishness-17
serious-3 seriously-7 severe-16 severely-20 sexy+24 shaken-3 shaky-9 shame-21 shamed-26 shameful-22 shamefully-19 shameless-14 share+12
shared+14 sharing+18 shattered-21 shit-26 shithead-31 shits-21 shittiest-34 shitty-26 shock-16 shocked-13 shocking-17 shockingly-7 shocks-16
shoot-14 short-sighted-12 shortage-10 shortages-6 shy-10 sick-23 sickened-25 sickening-24 significant+8 silly+1 sin-26 sincere+17
sincerely+21 sinister-29 skeptical-13 slam-16 slavery-38 sluggish-17 slut-28 sluts-27 smart+17 smarter+20 smartest+30 smear-15 smile+15
smiled+25 smiles+21 smiling+20 smug+8 sneaky-9 snob-20 snubbed-20 solid+6 solution+13 solutions+7 solve+8 solved+11 solves+11 solving+14
soothe+15 soothing+13 sore-15 sorrow-24 sorry-3 spam-15 spammers-16 spark+9 special+17 spirit+7 spite-24 spiteful-19 splendid+28 stab-28
stabbed-19 stable+12 stall-8 stalled-8 starving-18 steal-22 stealing-27 steals-23 stench-23 stimulating+19 stingy-16 stink-17 stinking-24
stinks-10 stinky-15 stolen-22 stop-12 stopped-9 stopping-6 stops-6 straight+9 strain-2 strained-17 strange-8 strength+22 strengthen+13
strengthened+18 strengths+17 stress-18 stressed-14 stresses-20 stressful-23 strike-5 strong+23 stronger+16 strongest+19 strongly+11 struck-10
struggle-13 struggled-14 struggles-15 struggling-18 stubborn-17 stuck-10 stunned-4 stunning+16 stupid-24 stupidest-24 stupidity-19 stupidly-20
substantial+8 succeed+22 succeeded+18 succeeds+22 success+27 successes+26 successful+28 successfully+22 suck-19 sucked-20 sucker-24
suckers-23 sucks-15 suffer-25 suffered-22 suffering-21 suffers-21 suicidal-35 suicide-35 suing-11 sullen-17 sunny+18 sunshine+22 super+29
superb+31 superior+25 support+17 supported+13 supporting+19 supportive+12 supports+15 supreme+26 sure+13 surely+19 surprise+11 surprised+9
surprises+9 surprising+11 surprisingly+12 survived+23 suspect-12 suspected-9 suspend-13 suspended-21 suspicion-16 suspicions-15 suspicious-15
sux-15 swear-2 swearing-10 sweet+20 swift+8 swiftly+12 swindle-24 sympathetic+23 sympathy+15 talent+18 talented+23 tantrum-18 tears-9
temper-18 tense-14 tension-13 tensions-17 terrible-21 terribly-26 terrific+21 terrified-30 terrify-23 terrifying-27 terror-24 terrorism-36
terrorist-37 terrorists-31 thank+15 thanked+19 thankful+27 thankfully+18 thanks+19 thief-24 thieves-23 thoughtful+16 thoughtfully+17
thoughtless-20 threat-24 threaten-16 threatened-20 threatening-24 threatens-16 threats-18 thrilled+19 thrilling+21 tired-19 tolerant+11 top+8
torn-10 torture-29 tortured-26 torturing-30 tough-5 tragedy-34 tragic-20 tragically-27 trap-13 trapped-24 trauma-18 traumatic-27
traumatized-17 travesty-27 treason-19 treasure+12 treat+17 tricked-6 tricky-6 triumph+21 trivial-1 trouble-17 troubled-20 troubles-20
troublesome-23 troubling-25 truly+19 trust+23 trusted+21 trusting+17 trustworthy+26 truth+13 truthful+20 turmoil-15 twat-34 ugh-18 uglier-22
ugliest-28 ugly-23 unacceptable-20 unappreciated-17 unattractive-19 unaware-8 unbelievable+8 uncertain-12 uncertainty-14 unclear-10
uncomfortable-16 uncompelling-9 uncontrollable-15 unconvinced-16 undecided-9 underestimate-12 undermine-12 undermined-15 undesirable-19
uneasy-16 unemployment-19 unethical-23 unfair-21 unfortunate-20 unfortunately-14 unfriendly-15 ungrateful-20 unhappy-18 unhealthy-24
unified+16 unimportant-13 unimpressed-14 united+18 unjust-23 unkind-16 unloved-19 unpleasant-21 unprofessional-23 unprotected-15 unsatisfied-17
unstable-15 unsuccessful-15 unsupported-17 unsure-10 unwanted-9 unwelcome-17 unworthy-20 upset-16 upsets-15 upsetting-21 urgent+8 useful+19
useless-18 vague-4 vain-18 valuable+21 value+14 valued+19 values+17 vibrant+24 vicious-15 viciously-13 victim-11 victims-13 vile-31
villain-26 violate-22 violated-24 violates-23 violating-25 violation-22 violations-24 violence-31 violent-29 violently-28 vision+10 vital+12
vulnerable-9 wanker-25 want+3 war-29 warm+9 warmly+17 warmest+17 warmth+20 warn-4 warned-11 warning-14 warnings-12 wars-26 waste-18 wasted-22
wasting-17 weak-19 weaken-18 weaker-19 weakness-18 weaknesses-15 wealth+22 wealthy+15 weapon-12 weapons-19 weary-11 weep-27 weeping-19 weird-7
weirdo-18 welcome+20 welcomed+14 welcomes+17 welcoming+19 well+11 whine-15 whining-9 whore-33 whores-30 wicked-24 willingness+11 wimp-14
win+28 winner+28 winners+21 winning+24 wins+27 wisdom+24 wise+21 wish+17 wishes+6 wishing+9 woe-18 woeful-19 won+27 wonderful+27 wonderfully+29
worn-12 worried-12 worries-18 worrisome-17 worry-19 worrying-14 worse-21 worsen-23 worsening-20 worst-31 worth+9 worthless-19 worthwhile+14
worthy+19 wow+28 wreck-19 wrong-21 yeah+12 yes+17 yep+12 yummy+24`;

/** A word and its mean valence in tenths. */
export const LEXICON: readonly (readonly [word: string, tenths: number])[] = WORDS.trim()
  .split(/\s+/)
  .map((entry) => {
    const [, word, tenths] = /^(.+?)([+-]\d+)$/.exec(entry) ?? [];
    if (word === undefined) throw new Error(`not a word and its valence: ${entry}`);
    return [word, Number(tenths)];
  });

const words = (text: string): string[] => text.trim().split(/\s+/);
const each = (kind: number, text: string) => words(text).map((word) => [word, kind] as const);

/** What the rules know a word for: the numbers of WordKind in tone/lexicon.ts. */
export const WORD_KINDS: readonly (readonly [word: string, kind: number])[] = [
  ...each(
    2,
    `absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously entirely especially
    exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking fricking frickin frigging friggin fully fuckin
    fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely major majorly more most particularly purely quite
    really remarkably substantially thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly`,
  ),
  ...each(
    3,
    `almost barely hardly kinda kindof kind-of less little marginal marginally occasional occasionally partly scarce scarcely slight
    slightly somewhat sorta sortof sort-of`,
  ),
  ...each(
    4,
    `aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neither neednt none nope not nothing
    nowhere oughtnt shant shouldnt uhuh uh-uh wasnt werent wont wouldnt rarely seldom despite`,
  ),
  ["no", 6],
  ["never", 7],
  ["without", 8],
  ["nor", 9],
  ["or", 10],
  ["so", 11],
  ["very", 12],
  ["this", 13],
  ["at", 14],
  ["of", 15],
  ["but", 16],
  ["least", 17],
  ["doubt", 18],
  ["kind", 19],
  ...each(20, "you your yours yourself yourselves you're youre you've you'd you'll u ur"),
  ...each(
    21,
    `sorry apologise apologised apologises apologising apologize apologized apologizes apologizing apology apologies regret regrets
    regretfully regrettably unfortunately sincerely understand sympathise sympathize`,
  ),
];

/** Phrases with a valence of their own, and dampeners of two words. */
export const IDIOMS: readonly (readonly [phrase: string, tenths: number, kind: number])[] = [
  ["the shit", 30, 5],
  ["the bomb", 30, 5],
  ["bad ass", 15, 5],
  ["bus stop", 0, 5],
  ["yeah right", -20, 5],
  ["kiss of death", -15, 5],
  ["to die for", 30, 5],
  ["beating heart", 31, 5],
  ["broken heart", -29, 5],
  ["just enough", 0, 3],
  ["kind of", 0, 3],
  ["sort of", 0, 3],
];
