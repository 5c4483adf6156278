// The words and phrases of policy `tone`, in the patterns of word-table.ts. Read by make-tone.ts.

/** Swear words, from mild (1) to what nobody writes to a stranger (3). Names that sound like one (Dick) are not among them. */
export const PROFANITY: Readonly<Record<1 | 2 | 3, string>> = {
  1: `damn, damned, dammit, damnit, goddamn, goddamned, goddam, crap, crappy, darn, hell no, bloody hell, go to hell, what the hell,
    frigging, friggin, freaking, freakin, frickin, fricking, effing, bugger, sod off, ffs, wtf, omfg, lmfao, turd, suck my, douche,
    pissed, piss, pissing, bloody, hell, hells, damnation, goddammit, goddamnit, god damn, god damned, god dammit, damnable, damns, darned, dang, dangit, heck no, arsed,
    bum hole, butthead, buttheads, sodding, sod it, bugger off, buggered, buggering, buggers, blimey, crapper, crappers, crapping, crapped, craptastic,
    turds, effin, feck, fecking, fecker, feckers, fecked, screwed up, screw up, sucky, hellhole, hella, fart, farts, farting, boobs`,
  2: `shit, shits, shitty, shittier, shittiest, shitting, shite, bullshit, bullshitting, horseshit, dipshit, shithead, shitheads,
    shithole, shitshow, apeshit, batshit, ass, asses, asshat, ass hole, asshole, assholes, arse, arsehole, arseholes, dumbass,
    dumb ass, jackass, jackasses, smartass, badass, kick ass, fat ass, lazy ass, piss off, pissed off, bastard, bastards, bitch,
    bitches, bitching, bitchy, bollocks, bellend, wanker, wankers, wank, tosser, tossers, twat, twats, prick, pricks, dickhead,
    dickheads, dick head, dickwad, douchebag, douchebags, scumbag, scumbags, son of a bitch, sons of bitches, son of a gun, slut,
    sluts, slutty, whore, whores, tits, titties, boner, cum shot, blow job, blowjob, hand job, jerk off, jerking off, screw you,
    up yours, stfu, gtfo, kiss my ass, pain in the ass, half assed, half-assed, sh*t, sh**, b*tch, b**ch, as*hole, as**ole,
    bullsh*t, bulls**t, b*stard, biatch, biotch, beeyotch, shyt, sheit, pussy, pussies, puss boy, shat, shits on, gobshite, gobshites, gobshyte,
    arsing, arsewipe, arsewipes, arsehat, arseface, smartarse, dumbarse, lardarse, wankers, wanking, wanked, wanks, wankstain, wankfest, wanky, tosspot, tosspots, knobhead, knobheads,
    knobend, nobhead, bellends, dickface, dickfaces, dickweed, dickweeds, dickbag, dickish, dicksplash, dick move, dicking around, cockwomble, cockwombles, cockhead, cockface, cockup, cock-up,
    skank, skanks, skanky, thot, thots, hoebag, ho bag, minger, mingers, munter, minge, fannyfart, bint, slutbag, manwhore, whorehouse, whoring, son of a whore,
    asswipes, asshats, fatass, fatasses, dumbasses, smartasses,
    badasses, hardass, lazyass, candyass, my ass, your ass, his ass, her ass, their asses, your asses, cheap ass, sorry ass, butthole, buttholes, buttfuck, kiss my arse, up your ass, up your arse,
    bitchass, bitched, bitchface, bitch slap, bitchslap, titty, jerkoff, jerkoffs, jackoff, jack off, jacking off, douchebaggery, douches, douchey, bollocking, bollocked, bollocky, bollix,
    you sod, you sods, stupid sod, silly sod, lazy sod, miserable sod, rotten sod, pissing off, pisses me off, pissed at, pisshead, pissheads, pisstake, piss take, taking the piss, take the piss, pisspoor, piss poor, pissant, pissy,
    blowjobs, handjob, handjobs, cumshot, cum dumpster, cumdumpster, cumstain, horny, dildo, dildos, rimjob, circlejerk, jerk me off, wet dream, boners, nutsack, ballsack, ball sack, ballbag,
    ${shitWords()}`,
  3: `fuck, fucks, fucked, fucker, fuckers, fucking, fuckin, fuckface, fuckhead, fuckwit, fuckwits, fuckery, fuck off, fuck you,
    fucktard, fuckup, fuckups, clusterfuck, motherfucker, motherfuckers, motherfucking, mother fucker, mindfuck, unfuck, fuk, fuking,
    fuked, fcuk, phuck, phuk, f*ck, f*cks, f*cking, f*cked, f*cker, f**k, f**king, f**ked, f***, f****, f*****, f-ing, fck, fcking,
    fkn, fking, fk you, cunt, cunts, cunty, cu*t, cocksucker, cocksuckers, cock sucker, cocksucking, dicksucker, asswipe,
    nigger, niggers, nigga, niggas, n*gger, n***er, faggot, faggots, fag, fags, f*ggot, dyke bitch, kike, kikes, spic, spics, chink,
    chinks, wetback, wetbacks, towelhead, towelheads, raghead, ragheads, sandnigger, tranny, trannies, shemale, retard, retards,
    retarded, libtard, libtards, paki, pakis, gook, gooks, coon, coons, jizz, eat shit, suck my dick, suck my cock, suck my balls, suck a dick, dyke, dykes, poofter, poofters, gyppo, gyppos, pikey, pikeys,
    dago, dagos, wop, wops, golliwog, wog, wogs, beaner, beaners, jigaboo, darkie, darkies, spaz, spazzes, trannie, fagot, fagots, faggy, faggoty,
    cumguzzler, cum guzzler, cuntface, cunting, cuntish, cuntbag, twatwaffle, thundercunt, cockmuncher, cocksuckin, rape you, ${fuckWords()}`,
};

/** A root with what is put before and behind it, as speakers make new words of it. */
function compounds(root: string, before: string, both: string, behind: string): string {
  const first = before
    .split(" ")
    .flatMap((one) => ["", ...both.split(" ")].map((last) => `${one}${root}${last}`));
  return [...first, ...`${both} ${behind}`.split(" ").map((last) => `${root}${last}`)].join(", ");
}

function shitWords(): string {
  return compounds(
    "shit",
    "bull horse dog chicken bat ape dip rat cow pig jack no",
    "s ty ter ters ting ted head heads",
    "tier tiest tin bag bags load loads hole holes show shows face faced faces storm storms stain stains stick house houses fest post posts posting posted poster posters wit wits ball balls lord less bird birds cake ass eater canned fit",
  );
}

function fuckWords(): string {
  return compounds(
    "fuck",
    "mother cluster rat mind un bum skull brain butt face dog pig goat bull out abso",
    "s ed er ers ing in",
    "en ery face faces head heads wit wits tard tards up ups off boy bag bags nugget stick able wad hole holes o able ton tons load loads all fest ity nut nuts sake",
  );
}

/** Animals, plants and places as well: the sentence may say so. */
export const DOUBLE_MEANINGS: ReadonlySet<string> = new Set(
  list(`ass, asses, jackass, jackasses, bitch, bitches, pussy, pussies, tits, boner, prick, pricks, screw you, hell, hells, damn, bloody, crap, piss, turd,
    turds, dyke, dykes, fag, fags, faggot, faggots, fagot, fagots, coon, coons, chink, chinks, spic, spics, retard, retards, retarded, bastard, bastards, slut,
    sluts, cock-up, arse, feck, dildo, skank, thot, minge, bint, his ass, her ass, my ass, your ass, arsed, heck no, wop, wog, titty, horny`),
);

/** Hostile words: 1 harsh, or hostile only at times; 2 of people; 3 with no other meaning. Told together with their sentence. */
export const HOSTILE: Readonly<Record<1 | 2 | 3, string>> = {
  1: `worst, awful, horrible, horrid, terrible, appalling, atrocious, abysmal, miserable, lousy, rotten, rubbish, garbage, trash,
    junk, useless, hopeless, ridiculous, absurd, laughable, outrageous, shameful, disgraceful, unbelievable, hate, hated,
    despise, loathe, detest, disgusted, fed up, sick of, sick and tired, had enough of, nonsense, joke, disgrace, disaster,
    shambles, failure, failures, incompetence, stupidity, ignorance, arrogance, laziness, negligence, lies, lied, lying, cheated,
    cheating, scam, fraud, crooked, waste of time, waste of money, waste of space, good for nothing, sloppy, careless, greedy,
    selfish, rude, dishonest, sucks, suck, sux, stinks, vile, hideous, crap, contempt, unacceptable, inexcusable, pointless,
    lazy, dummy, dummies, fool, fools, jerk, jerks, pig, pigs, swine, creep, creeps, clown, clowns, weasel, parasite, parasites,
    vermin, ignorant, maggot, maggots, crook, crooks, thief, thieves, disgusting, repulsive, revolting, arrogant, degenerate,
    degenerates, psycho, loser, losers, get lost, mentally ill, mindless, witless, lunatic, lunatics, dumb, dunce, dunces`,
  2: `stupid, stupidest, dumber, dumbest, pathetic, pathetically, despicable, contemptible, worthless, incompetent, incompetents,
    spineless, gutless, liar, liars, fraudster, fraudsters, scammer, scammers, scum, psychopath, dolt, dolts, blockhead,
    blockheads, airhead, airheads, simpleton, simpletons, shut up, go to hell, hate your, complete failure, total failure,
    utter failure, complete waste of, total waste of, piece of junk, piece of crap, pile of garbage, are you blind, are you deaf,
    too stupid, too dumb, how stupid, how dumb, no brain, use your brain, nobody likes you, no one likes you, you people are,
    clueless, amateurs, amateurish, bunch of amateurs, bunch of losers, bunch of fools, you are dumb, you're dumb, you are lazy,
    you're lazy, are a fool, are fools, you jerk, you pig, you creep, you clown, you loser, you are a joke, you're a joke`,
  3: `idiot, idiots, idiotic, moron, morons, moronic, imbecile, imbeciles, imbecilic, halfwit, halfwits, half-wit, half-wits,
    dimwit, dimwits, nitwit, nitwits, numbskull, numbskulls, cretin, cretins, ignoramus, brainless, braindead, brain dead,
    lowlife, lowlifes, nutcase, nutjob, pathetic loser, clueless idiots, waste of oxygen, waste of skin, drop dead,
    shut your mouth, you disgust me, you make me sick, i hate you, we hate you, shame on you, you suck, bunch of clowns,
    piece of garbage, piece of trash, what is wrong with you, what's wrong with you, are you stupid, are you dumb, stop wasting my time,
    stop wasting our time, stop wasting everyone's time, ignorant person, ignorant people, ignorant fool, bunch of clueless, bunch of idiots, bunch of amateurs, get lost loser, get lost you, nobody cares about your opinion, no one cares about your opinion, nobody cares what
    you think, no one cares what you think, nobody asked for your opinion, no one asked for your opinion, you clearly can't read, you clearly
    cannot read, you obviously can't read, you obviously cannot read, can't you read, learn to read before, learn how to read, shut up and
    do, shut up and listen, shut up and pay, keep your mouth shut, pathetic excuse, what a pathetic, bunch of clowns, team of clowns,
    company of clowns, team is a joke, company is a joke, service is a joke, grow a brain, get a brain, use your brain for once, do your job
    for once, you have no idea what you're doing, you have no idea what you are doing, how dense are you, how thick are you, get out of
    my sight, crawl back under, crawl back into, you are worthless, you're worthless, you are nothing, you're nothing, you are a disgrace,
    you're a disgrace, you are a waste of, you're a waste of, you should be ashamed, you ought to be ashamed, be ashamed of yourself, ashamed
    of yourselves, sick of your excuses, tired of your excuses, fed up with your excuses, spare me your excuses, spare us your excuses,
    i can't stand you, we can't stand you, hate dealing with you, go jump in a lake, you are so useless, you're so useless, you are
    completely useless, you're completely useless, you are totally useless, you're totally useless, you are all useless, you're all useless`,
};

/** What a phrase has of the weight that it takes, which is 3. */
type Weighted = Readonly<Record<1 | 2 | 3, readonly string[]>>;

export const THREAT: Weighted = {
  1: list(`i know where, we know where, i swear, bad things, accidents happen, accident could happen, it would be a shame, would be a pity,
    there will be consequences, we are watching, we're watching, i am watching, i'm watching, never see`),
  2: list(`or else, you will pay for this, you'll pay for this, pay up, kill you, shoot you, stab you, watch yourself, you have
    been warned, you've been warned, mark my words, last warning, final warning, do as i say, do as we say, do what we say, if you
    know what is good for you, if you know what's good for you, something could happen to you, something might happen to you`),
  3: [
    ...list(`know where you live, know where you sleep, know where your kids live, know where your kids go to school, know where your
      children go to school, you will regret this, you'll regret this, you will regret it, you'll regret it, you are going to regret this, you're gonna regret this,
      you are going to pay for this, you're going to pay for this, you're gonna pay for this, you will be sorry, you'll be sorry, you are going
      to be sorry, you're going to be sorry, you're gonna be sorry, better watch your back, sleep with one eye open, you are a dead
      man, you're a dead man, you are dead meat, you're dead meat, i dare you to try, wish you were dead, wish you had never been born, wish you
      were never born, burn in hell, go kill yourself, kill yourself, kys, put a bullet in your, slit your throat,
      cut your throat, break your legs, break your neck, smash your face, knock your teeth, beat you to death, blow your head off, burn your house,
      burn down your, set fire to your, come for you and your, your days are numbered, you won't live to, you will not live to, you
      will never be safe, won't see another day, won't see another sunrise, won't see another morning, make you bleed, unless you want
      to get hurt, you'd better pay or, pay or die, or you die, or you will die, or you'll die, send the video to all your, your pictures to all your, your
      photos to all your, your photos to everyone, your pictures to everyone, pay the ransom, if you ever want to see your family, come after your family,
      coming after your family, come after your kids, come after your children, won't get away with this alive,
      you can't hide from us, you can't hide from me, you cannot hide from us, you cannot hide from me, no one can protect you, nobody can protect
      you, no one will protect you, nobody will protect you, nobody will find your body, no one will find your body, a shame if something happened
      to your, a pity if something happened to your, make an example of you, make an example out of you, pay with your life, end up in a ditch, last
      thing you ever do, last mistake you ever make, last mistake you will, regret the day you crossed, regret the day you met`),
    ...threats(),
  ],
};

/** "I will kill you" and its like, as people say it. */
function threats(): string[] {
  const who = [
    ...["i will", "i'll", "i shall", "i am going to", "i'm going to", "i'm gonna"],
    ...["we will", "we'll", "we shall", "we are going to", "we're going to", "we're gonna", "they will"],
    ...["someone will", "somebody will"],
  ];
  const what =
    list(`kill you, kill your family, kill them all, harm your family, stab you, strangle you, murder you, ruin you, bury you, hunt you
    down, make you regret, make you suffer, make sure you suffer, beat you up, find you and kill, find you and hurt, find
    you and beat, get you for this, get even with you, rape you, torture you, poison you, bomb your, torch your`);
  return who.flatMap((one) => what.map((other) => `${one} ${other}`));
}

/** Phrases that push. */
export const PRESSURE: Weighted = {
  1: list(`urgent, urgently, immediately, right now, right away, final reminder, last reminder, final notice, keep your account, lose access,
    today only, as soon as humanly possible, don't delay, do not delay, last call, offer ends, sale ends, limited time, exclusive offer`),
  2: [
    ...list(`do it now, do this now, before it is too late, before it's too late, before its too late, hurry, buy now, decide now, last chance to, last chance, final call, limited offer, time is running out, clock is ticking, ends today, ends tonight, ends soon, expires today, expires tonight,
      expires soon, offer expires, offer valid only today, deal ends, deal expires, selling fast, selling out, almost
      gone, almost sold out, going fast, while stocks last, while supplies last, before it is gone, before it's gone, before they are gone,
      before they're gone, once in a lifetime, once-in-a-lifetime, no exceptions, no excuses, no time to lose, no time to waste,
      final warning, last warning, instant decision, fomo, respond immediately, reply
      immediately, answer immediately, lose your spot, lose your place, lose your account, lose your access, spots
      left, seats left, places left, everyone is buying, everybody is buying, secure your spot, reserve your spot, claim your spot, drop everything, asap or`),
    ...counted((number) => [
      `only ${number} left`,
      `just ${number} left`,
      `only ${number} remaining`,
      `only ${number} spots`,
    ]),
  ],
  3: [
    ...list(`act now, act immediately, act fast, act today, act quickly before, buy it now or, buy today or, order now or, order now before,
      call now, sign up now before, sign now or, pay now or, pay immediately or, decide today or, must decide today, must decide now,
      must decide right now, must act, must respond immediately, must respond now, respond now or, reply now or, immediately or, right now or, now or
      never, now or lose, this is your last chance, your last chance, your final chance, your only chance, very last chance, immediate action required, immediate action is required, immediate response required,
      your final warning, your last warning, this is the final warning, final opportunity, last opportunity, don't miss out, do not miss out,
      don't miss this, do not miss this, don't wait, do not wait another, don't hesitate any longer, hurry up, hurry while, limited time only, limited time offer, for a limited time, time-limited offer, offer
      ends tonight, offer ends today, offer expires today, offer expires tonight, offer expires soon, offer expires in, deal expires in, deal ends
      tonight, deal ends in, sale ends tonight, price goes up tonight, price goes up tomorrow, price doubles, account will be closed, account will
      be suspended, account will be terminated, account will be deleted, account will be locked, account will be blocked, lose everything, lose
      your spot forever, there is no time, there's no time, no time to think, you have no time, you have no choice, you have no other choice, take it or
      leave it, i need an answer now, we need an answer now, need your answer now, demand an answer, demand an immediate, demand
      that you immediately, failure to act, failure to respond immediately, you will lose out, you'll lose out, you will miss out, you'll miss out,
      you would be crazy, you'd be crazy, you would be stupid, you'd be stupid, only a fool would, what are you waiting for, stop wasting time, last day
      to save, today or never, once it's gone it's gone, once it is gone it is gone, never be this cheap, never be repeated, never again at this, time is running out, clock is ticking so, grab it now, grab yours now, grab it before, claim it now, claim your reward now, last day to claim, last hours to claim, once in a lifetime chance, chance of a lifetime, you need to sign immediately,
      you must sign immediately, you have to sign immediately, you need to pay immediately, you must pay immediately, you need to decide
      today, you need to decide now, you have to decide today, you have to decide now, sign today or, sign tonight or, decide by tonight,
      decide before midnight, everyone else has already signed, everybody else has already signed, everyone else has already bought, everyone else
      has already paid, all the others have already signed, your competitors have already signed, don't be the last one, do not be the
      last one, don't be left behind, do not be left behind, tomorrow is too late, tomorrow will be too late, it will be gone tomorrow, will
      be gone by tomorrow, gone forever tomorrow, offer disappears, offer vanishes, or your account will be, or we will close your, or
      we'll close your, or we will cancel your, or we'll cancel your, or lose it forever, or you lose it forever, will never see this
      price again, you'll never see this price again, price goes up at midnight, prices go up at midnight, prices go up tomorrow, doors
      close tonight, doors close at midnight, say yes before, say yes right now, yes or no right now, no time to read, no time to check
      with, don't ask anyone, do not ask anyone, don't talk to your lawyer, do not talk to your lawyer`),
    ...counted((number) => [
      `only ${number} left hurry`,
      `hurry only ${number} left`,
      `only ${number} left in stock hurry`,
      `you have ${number} minutes to`,
      `within ${number} minutes or`,
      `within ${number} hours or`,
      `in the next ${number} minutes or`,
      `next ${number} minutes only`,
      `next ${number} hours only`,
      `only ${number} spots left`,
      `only ${number} seats left`,
      `only ${number} places left`,
      `only ${number} slots left`,
      `just ${number} spots left`,
      `just ${number} seats left`,
    ]),
  ],
};

/** Other numbers are found by the sentence's make: grammar.txt. */
function counted(phrases: (number: string) => string[]): string[] {
  const spelled = "a few, one, two, three, five, ten".split(", ");
  return [...spelled, "1", "2", "3", "5", "10", "24"].flatMap(phrases);
}

/** Phrases of one who promises too much. */
export const PROMISE: Weighted = {
  1: list(`guarantee, guaranteed, guarantees, definitely, promise, promised, perfect, perfectly, instantly, overnight, without exception, every time,
    100-%, one hundred percent, 100 percent, no effort, make money, no strings attached, no matter what, without risk, life changing`),
  2: list(`no risk, risk-free, zero risk, best ever, best results, flawless, miracle, miraculous, revolutionary, instant results,
    effortless, effortlessly, every single time, without fail, life-changing, once
    in a lifetime, world's best, too good to be true, nothing can go wrong, get rich, double your, triple your, success is certain`),
  3: list(`will never fail, never fail, never fails, never ever fails, cannot fail, can't fail, can not fail, impossible to fail, you can't lose, you
    cannot lose, can't go wrong, cannot go wrong, nothing can possibly go wrong, nothing will go wrong, nothing ever goes wrong, impossible that anything goes wrong, 100-% guaranteed, 100 percent guaranteed, one hundred percent
    guaranteed, 100-% guarantee, 100-% success, 100-% safe, 100-% secure, 100-% risk-free, 100-% reliable, 100-% effective, 100-% certain, 1000-%,
    110-%, 200-%, completely risk-free, totally risk-free, absolutely risk-free, entirely risk-free, no risk at all, no risk whatsoever,
    absolutely no risk, zero risk, without any risk, guaranteed to work, guaranteed to succeed, guaranteed to double, guaranteed to win, guaranteed
    success, guaranteed results, guaranteed profit, guaranteed profits, guaranteed income, guaranteed cure, guarantee success, guarantee results,
    guarantee you success, guarantee you the best, guarantee you will, guarantee you'll, guarantee that you will, guarantee it will never, guarantee
    that it will never, guarantee that nothing, we guarantee the best, i guarantee you, promise you will, promise you'll, promise it will never,
    promise that it will never, promise it will always, promise that nothing, we promise the best, promise you the best, promise you the world, always
    works, it always works, works every time, works every single time, works for everyone, works for everybody, never breaks, will never break, never
    goes down, will never go down, best results ever, best in the world, best in the universe, best thing ever, best deal ever, best decision of
    your life, you will definitely make, you'll definitely make, definitely make money, you will definitely win, you'll definitely win, you will
    definitely get rich, get rich quick, get rich fast, make you rich, make you a millionaire, become a millionaire, money for nothing, easy money,
    free money, fast cash, double your money, triple your money, double your income, triple your income, change your life forever, solve all your
    problems, solves all your problems, solve every problem, fix everything, end all your worries, never worry again, never have to worry, never have
    to work again, miracle cure, miracle solution, magic bullet, cures everything, cure for everything, overnight success, instant success, success
    is guaranteed, results are guaranteed, satisfaction 100-% guaranteed, every single time guaranteed, too good to miss, nothing beats, nobody
    beats, unbeatable, you will never need another, no one can match, nobody can match, perfect in every way, absolutely perfect, zero downtime ever,
    never any problems, never have any problems, never a problem, absolutely anything you want, perfect results every time, perfect result every time, perfect every time, best product in the world, best service in the world, best product ever, best product on the planet, cannot possibly go wrong, can't possibly go wrong, impossible to go wrong, anything you could ever want, everything
    you ever wanted, everything you could ever want, nothing can ever go wrong, nothing could ever go wrong, perfect for everyone, perfect for
    everybody, everyone loves it, everybody loves it, can do absolutely anything, it can do anything, will solve everything, solves everything,
    fixes everything, never disappoints, will never disappoint, never lets you down, never let you down, best you will ever, best you'll
    ever, better than anything else, better than everything else, beats everything else, guaranteed for life, guaranteed forever, will last
    forever, lasts forever, no one has ever complained, nobody has ever complained, not a single complaint ever, not a single customer has
    ever, zero problems ever, zero bugs, 100-% bug-free, 100-% uptime, 100-% accurate, 100-% foolproof, completely foolproof, absolutely
    foolproof, cannot possibly fail, can't possibly fail, there is no way it can fail, there's no way it can fail, no way this can fail, works
    like magic, you will be amazed forever, instantly rich, all your problems will disappear, all your problems disappear, every problem
    you have will, you will never regret it, you'll never regret it, there is absolutely no risk, literally no downside, absolutely no downside,
    no downside at all, no downside whatsoever`),
};

function list(text: string): string[] {
  return text.split(",").map((one) => one.trim().replace(/\s+/g, " "));
}

export const patternsOf = (text: string): string[] => list(text);
