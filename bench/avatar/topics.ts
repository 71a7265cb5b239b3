/**
 * What two people may come to speak of. A is whoever it happened to. Slots in braces are filled anew for each
 * conversation.
 */
export interface Topic {
  /** `A: …` or `B: …`, in order. */
  readonly turns: readonly string[]
  readonly questions: readonly {
    readonly ask: string
    /** Positions of the turns that answer it. */ readonly at: readonly number[]
    /** `close` questions share words with their answer; the others ask for the same in other words. */ readonly kind:
      | 'close'
      | 'fact'
      | 'time'
      | 'inference'
  }[]
  readonly slots?: Readonly<Record<string, readonly string[]>>
}

export const topics: readonly Topic[] = [
  {
    turns: [
      'B: What have you been up to?',
      'A: I finally signed up for that {craft} class downtown, first session was {when}.',
      'B: Oh nice! Did you make anything?',
      'A: A wobbly bowl, but I love how it calms me down after work.',
    ],
    questions: [
      { ask: 'What did {A} make in the first {craft} class?', at: [3], kind: 'close' },
      { ask: 'What hobby did {A} take up to relax?', at: [1, 3], kind: 'fact' },
      { ask: 'When did {A} begin the {craft} course?', at: [1], kind: 'time' },
    ],
    slots: { craft: ['pottery', 'ceramics'] },
  },
  {
    turns: [
      'A: Guess what, we adopted a {dog} from the shelter {when}!',
      'B: No way! What did you name it?',
      'A: {pet}. The kids picked it after a cartoon.',
      'B: Adorable, send pictures.',
    ],
    questions: [
      { ask: 'Where did {A} adopt the {dog} from?', at: [0], kind: 'close' },
      { ask: "What is the name of {A}'s pet?", at: [2], kind: 'fact' },
      { ask: 'What animal joined {A}’s household?', at: [0], kind: 'fact' },
    ],
    slots: {
      dog: ['beagle puppy', 'grey kitten', 'three-legged greyhound'],
      pet: ['Biscuit', 'Pixel', 'Waffles', 'Mochi'],
    },
  },
  {
    turns: [
      'A: Work has been brutal. My manager quit and I got handed the whole {project} launch.',
      'B: Yikes. Are they paying you more at least?',
      'A: They bumped me to team lead, so yes, a bit.',
      'B: Congrats, you earned it!',
    ],
    questions: [
      { ask: 'Who quit before {A} got the {project} launch?', at: [0], kind: 'close' },
      { ask: 'What promotion did {A} receive?', at: [2], kind: 'fact' },
      { ask: 'Why did {A} become responsible for a big release?', at: [0], kind: 'fact' },
    ],
    slots: { project: ['payments', 'mobile', 'warehouse'] },
  },
  {
    turns: [
      'B: How was the holiday?',
      'A: We drove along the coast of {place} {when} and camped two nights by a lighthouse.',
      'B: Sounds dreamy.',
      'A: It rained the whole second night but the stars before that were unreal.',
    ],
    questions: [
      { ask: 'How many nights did {A} camp by the lighthouse?', at: [1], kind: 'close' },
      { ask: 'Where did {A} travel on vacation?', at: [1], kind: 'fact' },
      { ask: 'When was {A} on the road trip?', at: [1], kind: 'time' },
      { ask: 'Where did {A} sleep during the trip?', at: [1], kind: 'fact' },
    ],
    slots: { place: ['Portugal', 'Oregon', 'Brittany', 'Galicia'] },
  },
  {
    turns: [
      'A: I ran the {race} for the children’s hospital {when}. My legs are jelly.',
      'B: Amazing! How did it go?',
      'A: Two hours nine, and we raised over four thousand.',
      'B: That’s huge for the little ones.',
    ],
    questions: [
      { ask: 'Which hospital did {A} run the {race} for?', at: [0], kind: 'close' },
      { ask: 'How much money did {A} collect for charity?', at: [2], kind: 'fact' },
      { ask: 'When did {A} take part in the charity run?', at: [0], kind: 'time' },
      { ask: 'How fast did {A} finish?', at: [2], kind: 'fact' },
    ],
    slots: { race: ['half marathon'] },
  },
  {
    turns: [
      'B: Are you still seeing the therapist?',
      'A: Every Thursday. She has me writing letters I never send, mostly to my dad.',
      'B: That must be hard.',
      'A: It is, but I sleep better since.',
    ],
    questions: [
      { ask: 'To whom does {A} write letters that are never sent?', at: [1], kind: 'close' },
      { ask: 'What exercise does {A} do in therapy?', at: [1], kind: 'fact' },
      { ask: 'On which day does {A} see a counselor?', at: [1], kind: 'fact' },
    ],
  },
  {
    turns: [
      'A: My grandmother gave me her {jewel} before she moved to the care home.',
      'B: Oh, that’s precious. Where was she from again?',
      'A: {country}. She wore it on the boat when she came over at nineteen.',
      'B: What a story to carry around.',
    ],
    questions: [
      { ask: "When did {A}'s grandmother give away the {jewel}?", at: [0], kind: 'close' },
      { ask: 'What heirloom does {A} own?', at: [0], kind: 'fact' },
      { ask: "What country is {A}'s grandma from?", at: [2], kind: 'fact' },
    ],
    slots: {
      jewel: ['silver locket', 'amber ring', 'pearl necklace'],
      country: ['Sweden', 'Lebanon', 'Croatia', 'Chile'],
    },
  },
  {
    turns: [
      'B: Did the exam results come?',
      'A: Passed! I am officially allowed to {job} now.',
      'B: I knew it! What’s next?',
      'A: There is an opening at the clinic on {street}, I apply on Monday.',
    ],
    questions: [
      { ask: 'On which street is the clinic where {A} wants to apply?', at: [3], kind: 'close' },
      { ask: 'What is {A} qualified to do?', at: [1], kind: 'fact' },
      { ask: 'Where does {A} plan to work?', at: [3], kind: 'fact' },
    ],
    slots: {
      job: ['give physiotherapy', 'practise as a midwife', 'work as a dental hygienist'],
      street: ['Harbour Road', 'Elm Street', 'Station Square'],
    },
  },
  {
    turns: [
      'A: We are putting in solar panels, the roof guys came {when}.',
      'B: Expensive?',
      'A: Twelve thousand, but the city pays a third.',
      'B: Not bad.',
    ],
    questions: [
      { ask: 'How much of the solar panels does the city pay for {A}?', at: [2], kind: 'close' },
      { ask: 'What did {A} install at home to save energy?', at: [0], kind: 'fact' },
      { ask: 'How much does the renovation cost {A}?', at: [2], kind: 'fact' },
    ],
  },
  {
    turns: [
      'A: I can’t eat {food} any more, the doctor says I’m allergic.',
      'B: Since when? You had it at my birthday!',
      'A: And I had a rash for a week after, that’s why I got tested.',
      'B: Oops, sorry!',
    ],
    questions: [
      { ask: 'What did the doctor tell {A} about {food}?', at: [0], kind: 'close' },
      { ask: 'Which ingredient must {A} avoid?', at: [0], kind: 'fact' },
      { ask: 'What made {A} take an allergy test?', at: [2], kind: 'fact' },
    ],
    slots: { food: ['peanuts', 'shrimp', 'hazelnuts', 'sesame'] },
  },
  {
    turns: [
      'B: How is your {kin} doing?',
      'A: He’s moved to {city} for university, studying marine biology.',
      'B: So far away!',
      'A: Five hours by train. The house is very quiet.',
    ],
    questions: [
      { ask: "How far away by train is {A}'s {kin}?", at: [3], kind: 'close' },
      { ask: "What does {A}'s {kin} study?", at: [1], kind: 'fact' },
      { ask: "Where does {A}'s {kin} live now?", at: [1], kind: 'fact' },
    ],
    slots: { kin: ['brother', 'son', 'nephew'], city: ['Bergen', 'Kiel', 'Galway', 'Porto'] },
  },
  {
    turns: [
      'A: Started learning the {instrument} on my lunch breaks.',
      'B: Seriously? From whom?',
      'A: An old neighbour, Mr {name}. He played in a circus orchestra.',
      'B: That is the best thing I heard all week.',
    ],
    questions: [
      { ask: 'When does {A} practise the {instrument}?', at: [0], kind: 'close' },
      { ask: 'Which musical instrument does {A} practise?', at: [0], kind: 'fact' },
      { ask: 'Who teaches {A} music?', at: [2], kind: 'fact' },
    ],
    slots: { instrument: ['accordion', 'cello', 'clarinet', 'banjo'], name: ['Kovacs', 'Brandt', 'Moreau'] },
  },
  {
    turns: [
      'A: The book club picked {book} for next month.',
      'B: I loved that one! Who runs it?',
      'A: The librarian at the branch by the canal, we meet on the last Friday.',
      'B: Can I come along?',
    ],
    questions: [
      { ask: 'Who runs the book club that {A} goes to?', at: [2], kind: 'close' },
      { ask: 'What novel is {A} reading with the group?', at: [0], kind: 'fact' },
      { ask: "When does {A}'s reading group gather?", at: [2], kind: 'fact' },
    ],
    slots: { book: ['The Left Hand of Darkness', 'Middlemarch', 'The Shadow of the Wind'] },
  },
  {
    turns: [
      'A: I volunteered at the soup kitchen again {when}.',
      'B: You’re a saint. What do they let you do?',
      'A: Peeling onions mostly, and chatting with the regulars, which is the best part.',
      'B: I should join you some day.',
    ],
    questions: [
      { ask: 'What does {A} peel at the soup kitchen?', at: [2], kind: 'close' },
      { ask: 'How does {A} help the homeless?', at: [0, 2], kind: 'fact' },
      { ask: 'When did {A} last do community service?', at: [0], kind: 'time' },
    ],
  },
  {
    turns: [
      'B: Is the car fixed?',
      'A: No, the gearbox is dead, so I bought a {vehicle} instead.',
      'B: In this weather?',
      'A: Rain cape and good tyres. Saves me parking too.',
    ],
    questions: [
      { ask: 'What did {A} buy when the gearbox was dead?', at: [1], kind: 'close' },
      { ask: 'How does {A} commute these days?', at: [1], kind: 'fact' },
      { ask: "What broke on {A}'s automobile?", at: [1], kind: 'fact' },
    ],
    slots: { vehicle: ['cargo bike', 'second-hand scooter', 'folding bicycle'] },
  },
  {
    turns: [
      'A: We’re thinking about fostering a child.',
      'B: Wow. Have you talked to anyone yet?',
      'A: We went to an information evening {when}. The checks take about half a year.',
      'B: You two would be wonderful at it.',
    ],
    questions: [
      { ask: 'When did {A} go to the information evening on fostering?', at: [2], kind: 'close' },
      { ask: 'What family plans does {A} have?', at: [0], kind: 'fact' },
      { ask: 'How long does the approval procedure last for {A}?', at: [2], kind: 'fact' },
      { ask: 'When did {A} attend the meeting about becoming a foster parent?', at: [2], kind: 'time' },
    ],
  },
  {
    turns: [
      'A: Broke my wrist falling off the ladder {when}.',
      'B: Ouch! What were you doing up there?',
      'A: Picking cherries for my mum’s jam. Six weeks in a cast now.',
      'B: Let me know if you need groceries.',
    ],
    questions: [
      { ask: 'What was {A} picking on the ladder?', at: [2], kind: 'close' },
      { ask: 'What injury did {A} suffer?', at: [0], kind: 'fact' },
      { ask: 'How did {A} get hurt?', at: [0, 2], kind: 'fact' },
      { ask: 'When did {A} have an accident?', at: [0], kind: 'time' },
    ],
  },
  {
    turns: [
      'B: What did you do for your anniversary?',
      'A: Dinner at that tiny {cuisine} place, then we danced in the kitchen till two.',
      'B: How many years is it?',
      'A: {years} in June. Feels like two.',
    ],
    questions: [
      { ask: 'Where did {A} dance on the anniversary?', at: [1], kind: 'close' },
      { ask: 'How long has {A} been married?', at: [3], kind: 'fact' },
      { ask: 'What kind of restaurant did {A} visit to celebrate?', at: [1], kind: 'fact' },
    ],
    slots: { cuisine: ['Georgian', 'Ethiopian', 'Peruvian'], years: ['Eleven', 'Seven', 'Fifteen'] },
  },
  {
    turns: [
      'A: I’m selling my {camera} photos at the market now.',
      'B: About time! What sells best?',
      'A: The foggy bridge ones, people put them in their bathrooms.',
      'B: Ha, fame at last.',
    ],
    questions: [
      { ask: 'Which photos of {A} sell best at the market?', at: [2], kind: 'close' },
      { ask: 'What art does {A} sell?', at: [0], kind: 'fact' },
      { ask: 'Which of the pictures by {A} is most popular?', at: [2], kind: 'fact' },
    ],
    slots: { camera: ['black-and-white', 'pinhole', 'drone'] },
  },
  {
    turns: [
      'A: The twins start school in September and I’m the one who is nervous.',
      'B: They’ll be fine. Which school?',
      'A: The one with the garden, {school}. They keep chickens there!',
      'B: I want to go to that school.',
    ],
    questions: [
      { ask: "Which animals does the school of {A}'s twins keep?", at: [2], kind: 'close' },
      { ask: 'How many children does {A} have starting school?', at: [0], kind: 'fact' },
      { ask: "What school will {A}'s kids attend?", at: [2], kind: 'fact' },
    ],
    slots: { school: ['Linden Primary', 'St Brigid’s', 'Meadow School'] },
  },
  {
    turns: [
      'A: I gave up coffee {when}.',
      'B: You? Are you feverish?',
      'A: My heart was racing at night. It’s all {tea} now.',
      'B: Respect.',
    ],
    questions: [
      { ask: 'When did {A} give up coffee?', at: [0], kind: 'close' },
      { ask: 'Why did {A} stop drinking caffeine?', at: [2], kind: 'fact' },
      { ask: 'What beverage does {A} prefer now?', at: [2], kind: 'fact' },
    ],
    slots: { tea: ['rooibos', 'peppermint tea', 'barley tea'] },
  },
  {
    turns: [
      'B: You looked tired on the call.',
      'A: Night shifts at the {place}. Two more weeks of it.',
      'B: How do you cope?',
      'A: Blackout curtains and a lot of podcasts about shipwrecks.',
    ],
    questions: [
      { ask: 'How does {A} cope with night shifts?', at: [3], kind: 'close' },
      { ask: 'Where is {A} employed?', at: [1], kind: 'fact' },
      { ask: 'What does {A} listen to?', at: [3], kind: 'fact' },
    ],
    slots: { place: ['bakery', 'data centre', 'maternity ward', 'airport'] },
  },
  {
    turns: [
      'A: Our choir is going to sing at the cathedral in December.',
      'B: Which part do you sing?',
      'A: Alto. We are doing the {work}, in Latin, God help us.',
      'B: I’ll be in the front row.',
    ],
    questions: [
      { ask: 'Which part does {A} sing in the choir?', at: [2], kind: 'close' },
      { ask: 'Where will {A} perform?', at: [0], kind: 'fact' },
      { ask: "What piece is {A}'s ensemble rehearsing?", at: [2], kind: 'fact' },
    ],
    slots: { work: ['Fauré requiem', 'Vivaldi gloria', 'Bach magnificat'] },
  },
  {
    turns: [
      'A: My sister had her baby {when}! A girl, they called her {baby}.',
      'B: Congratulations, aunt or uncle of the year!',
      'A: She has so much hair. I cried like a tap.',
      'B: Naturally.',
    ],
    questions: [
      { ask: "When did {A}'s sister have her baby?", at: [0], kind: 'close' },
      { ask: "What is the name of {A}'s niece?", at: [0], kind: 'fact' },
      { ask: "When was the newborn in {A}'s family born?", at: [0], kind: 'time' },
    ],
    slots: { baby: ['Ines', 'Matilda', 'Noor', 'Freya'] },
  },
  {
    turns: [
      'A: I came out to my parents {when}.',
      'B: Oh! How did they take it?',
      'A: Mum hugged me straight away. Dad needed a walk, then he made pancakes.',
      'B: I’m so proud of you.',
    ],
    questions: [
      { ask: "What did {A}'s dad do when {A} came out?", at: [2], kind: 'close' },
      { ask: 'How did {A}’s father react to the news?', at: [2], kind: 'fact' },
      { ask: 'When did {A} tell the family about their identity?', at: [0], kind: 'time' },
    ],
  },
  {
    turns: [
      'B: Any luck with the flat?',
      'A: Signed the lease {when}! Third floor, balcony over the {view}.',
      'B: When do I help carry boxes?',
      'A: First weekend of next month, I pay in pizza.',
    ],
    questions: [
      { ask: 'Which floor is the flat that {A} leased?', at: [1], kind: 'close' },
      { ask: 'When did {A} find a new apartment?', at: [1], kind: 'time' },
      { ask: "What can be seen from {A}'s home?", at: [1], kind: 'fact' },
    ],
    slots: { view: ['tram depot', 'river', 'cemetery', 'rooftops'] },
  },
  {
    turns: [
      'A: I’ve been painting again, a big canvas of {subject}.',
      'B: Oils?',
      'A: Acrylics, they dry before the cat walks over them.',
      'B: Wise.',
    ],
    questions: [
      { ask: 'Why does {A} use acrylics?', at: [2], kind: 'close' },
      { ask: 'What is the subject of the artwork by {A}?', at: [0], kind: 'fact' },
      { ask: 'Which medium does {A} use for art?', at: [2], kind: 'fact' },
    ],
    slots: { subject: ['the harbour at dawn', 'my grandfather’s hands', 'sunflowers in snow'] },
  },
  {
    turns: [
      'A: Politics is getting to me. I joined the {group} and went to my first meeting {when}.',
      'B: What do they do?',
      'A: They plant street trees and nag the mayor about bike lanes.',
      'B: Sign me up.',
    ],
    questions: [
      { ask: 'What does the {group} that {A} joined plant?', at: [2], kind: 'close' },
      { ask: 'What environmental activism is {A} involved in?', at: [0, 2], kind: 'inference' },
      { ask: 'When did {A} become a member of an activist organisation?', at: [0], kind: 'time' },
    ],
    slots: { group: ['neighbourhood climate group', 'green alliance'] },
  },
  {
    turns: [
      'A: I’m saving for a {dream}.',
      'B: How far along are you?',
      'A: About half. I stopped ordering takeaway and the jar fills up.',
      'B: Discipline!',
    ],
    questions: [
      { ask: 'How far is {A} in saving for the {dream}?', at: [2], kind: 'close' },
      { ask: 'What does {A} want to buy?', at: [0], kind: 'fact' },
      { ask: 'How does {A} cut expenses?', at: [2], kind: 'fact' },
    ],
    slots: { dream: ['camper van', 'small sailing boat', 'recording studio in the shed'] },
  },
  {
    turns: [
      'B: How did the talk go?',
      'A: My voice shook, but people laughed at the right places. {people} in the audience!',
      'B: What was it about again?',
      'A: Repairing old radios, and why we throw so much away.',
    ],
    questions: [
      { ask: "What did people do at {A}'s talk?", at: [1], kind: 'close' },
      { ask: "What was the topic of {A}'s presentation?", at: [3], kind: 'fact' },
      { ask: 'How many listeners did {A} have?', at: [1], kind: 'fact' },
    ],
    slots: { people: ['Eighty', 'Two hundred', 'Forty'] },
  },
  {
    turns: [
      'A: I’m back on the wall! Climbed my first {grade} {when}.',
      'B: Weren’t you scared after the fall?',
      'A: Terrified. But my coach {coach} talked me through every move.',
      'B: Legend.',
    ],
    questions: [
      { ask: 'Who talked {A} through the climb?', at: [2], kind: 'close' },
      { ask: 'What sport does {A} practise?', at: [0], kind: 'fact' },
      { ask: 'Who trains {A}?', at: [2], kind: 'fact' },
    ],
    slots: { grade: ['6b', 'black route'], coach: ['Sana', 'Ulrich', 'Dmitri'] },
  },
  {
    turns: [
      'A: The garden is finally giving something back, twenty kilos of {crop}.',
      'B: What do you do with it all?',
      'A: Chutney, and the rest goes to the neighbours over the fence.',
      'B: I’m your neighbour now.',
    ],
    questions: [
      { ask: 'To whom does {A} give what is left of the {crop}?', at: [2], kind: 'close' },
      { ask: 'What vegetables does {A} grow?', at: [0], kind: 'fact' },
      { ask: 'What does {A} do with the harvest?', at: [2], kind: 'fact' },
    ],
    slots: { crop: ['courgettes', 'tomatoes', 'plums'] },
  },
  {
    turns: [
      'A: Lost my wallet on the {transport} {when}, cards and all.',
      'B: Nightmare. Did anyone hand it in?',
      'A: A student did, with every coin still there. I sent her chocolates.',
      'B: There are good people.',
    ],
    questions: [
      { ask: 'Where did {A} lose the wallet?', at: [0], kind: 'close' },
      { ask: 'Who returned the things {A} had lost?', at: [2], kind: 'fact' },
      { ask: 'When did {A} lose their money?', at: [0], kind: 'time' },
    ],
    slots: { transport: ['night bus', 'ferry', 'tram'] },
  },
  {
    turns: [
      'A: I want to study again, probably {field}.',
      'B: At an evening school?',
      'A: Online, so I can keep the job. My daughter thinks it’s hilarious that we’d both have homework.',
      'B: You’ll do great.',
    ],
    questions: [
      { ask: 'Why does {A} want to study online?', at: [2], kind: 'close' },
      { ask: 'What degree might {A} pursue?', at: [0], kind: 'inference' },
      { ask: "How does {A}'s daughter feel about the education plans?", at: [2], kind: 'fact' },
    ],
    slots: { field: ['psychology', 'landscape architecture', 'law'] },
  },
  {
    turns: [
      'B: Your voice sounds weird.',
      'A: Had my wisdom teeth out {when}. I live on soup and {ice}.',
      'B: Poor thing.',
      'A: The hamster cheeks make the kids laugh at least.',
    ],
    questions: [
      { ask: 'When did {A} have the wisdom teeth out?', at: [1], kind: 'close' },
      { ask: 'What surgery did {A} undergo?', at: [1], kind: 'fact' },
      { ask: 'What can {A} eat after the operation?', at: [1], kind: 'fact' },
    ],
    slots: { ice: ['lemon sorbet', 'yoghurt', 'mashed banana'] },
  },
  {
    turns: [
      'A: The band is back together! We play at the {venue} in two weeks.',
      'B: With the old singer?',
      'A: No, she lives in Canada now. I sing, which should frighten everyone.',
      'B: Ear plugs packed.',
    ],
    questions: [
      { ask: "Where does the old singer of {A}'s band live now?", at: [2], kind: 'close' },
      { ask: "Where is {A}'s concert?", at: [0], kind: 'fact' },
      { ask: 'Who is the vocalist in the group of {A}?', at: [2], kind: 'fact' },
    ],
    slots: { venue: ['Blue Lantern', 'old brewery', 'harbour festival'] },
  },
  {
    turns: [
      'A: I’ve started meditating, ten minutes before breakfast.',
      'B: Does it do anything?',
      'A: I shout less in traffic. It was the {source} that got me into it.',
      'B: A miracle.',
    ],
    questions: [
      { ask: 'When in the day is {A} meditating?', at: [0], kind: 'close' },
      { ask: 'What morning routine does {A} follow?', at: [0], kind: 'fact' },
      { ask: 'What inspired {A} to be mindful?', at: [2], kind: 'inference' },
    ],
    slots: { source: ['retreat in the hills', 'physio', 'nurse at work'] },
  },
  {
    turns: [
      'B: What’s with all the fabric?',
      'A: I’m sewing costumes for the theatre, {count} pirates by Saturday.',
      'B: By yourself?',
      'A: With my aunt, who swears like one.',
    ],
    questions: [
      { ask: 'What is {A} sewing for the theatre?', at: [1], kind: 'close' },
      { ask: 'What is {A} making for the stage?', at: [1], kind: 'fact' },
      { ask: 'Who helps {A} with the outfits?', at: [3], kind: 'fact' },
    ],
    slots: { count: ['nine', 'fourteen', 'six'] },
  },
  {
    turns: [
      'A: My landlord wants the flat for his nephew. We have to be out by spring.',
      'B: Can he do that?',
      'A: The tenants’ union says maybe not. I have an appointment with their lawyer {when2}.',
      'B: Fight it!',
    ],
    questions: [
      { ask: 'By when does {A} have to be out of the flat?', at: [0], kind: 'close' },
      { ask: 'What housing problem does {A} face?', at: [0], kind: 'fact' },
      { ask: 'Who gives {A} legal advice?', at: [2], kind: 'fact' },
    ],
    slots: { when2: ['on Tuesday', 'next Wednesday'] },
  },
  {
    turns: [
      'A: I tried the {game} championship online and got to round three.',
      'B: Out of how many players?',
      'A: About nine hundred. A twelve-year-old from Brazil crushed me.',
      'B: Of course.',
    ],
    questions: [
      { ask: 'Which round did {A} reach in the {game} championship?', at: [0], kind: 'close' },
      { ask: 'What board game does {A} play competitively?', at: [0], kind: 'fact' },
      { ask: 'Who defeated {A}?', at: [2], kind: 'fact' },
    ],
    slots: { game: ['chess', 'Go', 'backgammon'] },
  },
]

/** What is said between the topics and says little; the names in it stand for neither of them. */
export const chatter: readonly string[] = [
  'Hey {other}! How have you been?',
  'Good to hear from you!',
  'Same here, just busy as always.',
  'That sounds lovely.',
  'Haha, classic.',
  'I can’t believe the year is going so fast.',
  'Tell me everything!',
  'Sorry for the late answer, the days just vanish.',
  'We really need to meet up soon.',
  'The weather here is terrible, grey all week.',
  'I know exactly what you mean.',
  'Take care of yourself, okay?',
  'Thanks for listening, it means a lot.',
  'You always know what to say, {other}.',
  'I’ll think about it and let you know.',
  'Did you see the news this morning? What a mess.',
  'Let’s talk at the weekend.',
  'That reminds me of when we were younger.',
  'I made soup and now the whole house smells of garlic.',
  'My phone is about to die, talk later!',
  'What a great picture! Where was that?',
  'It’s been so inspiring to follow what you do.',
  'The kids send their love.',
  'Work, sleep, repeat, you know how it is.',
  'I needed to hear that today.',
  'Keep me posted, I want to know how it ends.',
  'Wow, I’m impressed!',
  'I’m trying to spend less time on screens.',
  'Do you remember the summer at the lake?',
  'Anyway, enough about me. What about you?',
  'I’m proud of how far you’ve come.',
  'That must have been a lot to deal with.',
  'Family is what keeps me going, honestly.',
  'Thanks, {other}! Your support matters to me.',
  'It’s all about small steps, right?',
  'My back hurts from sitting all day.',
  'I might take a class or something, who knows.',
  'Any plans for the holidays?',
  'I dream of a week without meetings.',
  'Nature always helps me to reset.',
]

export const whens: readonly string[] = [
  'yesterday',
  'last Saturday',
  'last week',
  'two days ago',
  'on Sunday',
  'last weekend',
  'last month',
  'the day before yesterday',
  'on Friday',
]
export const names: readonly (readonly [string, string])[] = [
  ['Nora', 'Tobias'],
  ['Amira', 'Jonas'],
  ['Lucia', 'Henrik'],
  ['Priya', 'Daniel'],
  ['Marta', 'Oliver'],
  ['Yuki', 'Samuel'],
]
