// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Ledger} from "./Ledger.sol";
import {Market} from "./Market.sol";

/// @title Juries that judge whether somebody's work was wrong
/// @notice Owners enrol machines, each with the same stake; a case is judged by machines that were enrolled before what
///      it is about was committed to. They are drawn by one block's hash, vote sealed and reveal. Who cannot judge
///      abstains and who is silent is fined, and both are replaced. Guilty is who more than half of the votes find
///      guilty, two at least; where three abstain for two seats, nobody is. The loser may appeal twice, each time to
///      twice the jury for twice the bond.
/// @dev Equal stakes make a draw by position a draw by stake, so it costs the same among ten machines and among 10⁵.
///      Positions keep their history, so nothing that happens behind a commitment moves its jury. Modules of the Ledger
///      open cases; the Ledger holds stakes and bonds. Every loop is bounded. No owner.
contract Jury {
    using Checkpoints for Checkpoints.Trace208;

    enum CaseState {
        None,
        Called,
        Voting,
        Revealing,
        Ruled,
        Closed
    }
    enum SeatState {
        Drawn,
        Sealed,
        Guilty,
        Innocent,
        Abstained,
        Absent
    }

    struct Juror {
        address owner;
        /// Cases in which it has a seat: until they are closed its stake stays.
        uint32 seats;
        /// When it left the draw; zero while it is in it.
        uint40 retired;
        uint96 stake;
        uint64 position;
    }

    struct Seat {
        uint64 machine;
        uint40 until;
        SeatState state;
        bytes32 sealedVote;
    }

    struct Case {
        address accuser;
        CaseState state;
        bool guilty;
        uint8 round;
        uint48 since;
        address accused;
        uint96 bond;
        uint128 accuserBonds;
        uint128 accusedBonds;
    }

    struct Round {
        uint48 beaconBlock;
        /// Draws made so far.
        uint16 draws;
        /// Seats that have not voted yet.
        uint16 open;
        /// Sealed votes, how many of them are revealed, and how many of those say guilty.
        uint16 votes;
        uint16 revealed;
        uint16 guilty;
        uint16 abstained;
        /// The end of drawing while there is voting, then of revealing, then of appealing.
        uint40 deadline;
        bytes32 seed;
    }

    Ledger public immutable ledger;
    Market public immutable market;
    /// @notice What is held for an enrolled machine.
    uint96 public constant STAKE = 10e18;
    /// @notice What a juror loses that was drawn and did not vote, or did not reveal.
    uint96 public constant ABSENCE = 1e18;
    /// @notice What a juror loses that voted against the final verdict.
    uint96 public constant FALSE_VOTE = 5e18;
    /// @notice The least bond of either party; half of it pays the first jury.
    uint96 public constant LEAST_BOND = 12e17;
    /// @notice Seats of the first jury; each appeal has one more than twice as many.
    uint256 public constant SEATS = 3;
    uint8 public constant APPEALS = 2;
    /// @notice How long a juror that was drawn may take to vote; jurors are replaced for two days.
    uint40 public constant VOTE = 1 days;
    uint40 public constant REVEAL = 1 days;
    uint40 public constant APPEAL = 1 days;
    /// @notice How long a machine that left the draw still answers for cases about what was committed to before.
    uint40 public constant UNBONDING = 21 days;
    /// @notice Draws that a round may make for each of its seats: drawn twice, a party's own, or replaced.
    uint256 private constant DRAWS = 8;

    uint64 public caseCount;
    mapping(uint256 machine => Juror) public jurors;
    mapping(uint256 id => Case) private cases;
    mapping(uint256 id => mapping(uint256 round => Round)) private rounds;
    mapping(uint256 id => mapping(uint256 round => Seat[])) private seatsOf;
    /// One more than the index of a machine's seat.
    mapping(uint256 id => mapping(uint256 round => mapping(uint256 machine => uint256))) private seatNumber;
    Checkpoints.Trace208 private enrolled;
    mapping(uint256 position => Checkpoints.Trace208) private positions;

    event JurorEnrolled(uint256 indexed machine, address indexed owner);
    event JurorRetired(uint256 indexed machine, address indexed owner, uint40 releasable);
    event JurorReleased(uint256 indexed machine, address indexed owner, uint256 amount);
    event JurorFined(uint256 indexed machine, address indexed owner, uint256 indexed id, uint256 amount);
    event CaseOpened(
        uint256 indexed id,
        address indexed accuser,
        address indexed accused,
        uint48 since,
        uint96 bond,
        uint48 beaconBlock
    );
    event SeatDrawn(uint256 indexed id, uint8 round, uint256 indexed machine, address indexed owner, uint40 until);
    /// @notice A round has made all of its draws; places that are still free stay so.
    event DrawsSpent(uint256 indexed id, uint8 round);
    event SeatSealed(uint256 indexed id, uint8 round, uint256 indexed machine);
    event SeatEmptied(uint256 indexed id, uint8 round, uint256 indexed machine, SeatState state);
    event SeatRevealed(uint256 indexed id, uint8 round, uint256 indexed machine, bool guilty);
    event VotingEnded(uint256 indexed id, uint8 round, uint40 deadline);
    event CaseRuled(uint256 indexed id, uint8 round, bool guilty, uint40 deadline);
    event CaseAppealed(uint256 indexed id, uint8 round, address indexed appellant, uint256 bond, uint48 beaconBlock);
    event CaseClosed(uint256 indexed id, bool guilty, uint256 seatFee);

    error NotModule(address caller);
    error NotOwner(uint256 machine, address caller);
    error NotJuror(uint256 id, uint256 machine);
    error NotLoser(uint256 id, address caller);
    error AlreadyEnrolled(uint256 machine);
    error NotEnrolled(uint256 machine);
    error Seated(uint256 machine, uint32 seats);
    error WrongState(uint256 id, CaseState state);
    error TooEarly(uint256 id, uint256 from);
    error TooLate(uint256 id, uint256 until);
    error BondTooSmall(uint96 bond);
    error BadVote(uint256 id);
    error NoAppeal(uint256 id);
    error NothingToDraw(uint256 id);

    constructor(Ledger ledger_, Market market_) {
        ledger = ledger_;
        market = market_;
    }

    /// @notice Lets a live machine be drawn as juror for what is committed to from the next block on.
    function enrol(uint64 machine) external {
        (address owner, Market.MachineState state, , , , , ) = market.machines(machine);
        if (state != Market.MachineState.Live || owner != msg.sender) revert NotOwner(machine, msg.sender);
        if (jurors[machine].owner != address(0)) revert AlreadyEnrolled(machine);
        uint64 position = uint64(enrolled.latest()) + 1;
        jurors[machine] = Juror(msg.sender, 0, 0, STAKE, position);
        _place(position, machine);
        _resize(position);
        emit JurorEnrolled(machine, msg.sender);
        ledger.hold(msg.sender, stakeBucket(machine), STAKE);
    }

    /// @notice Takes a machine out of the draw. What was committed to before may still be judged by it.
    function retire(uint64 machine) external {
        Juror storage juror = _juror(machine);
        if (juror.retired != 0) revert NotEnrolled(machine);
        _retire(machine, juror);
    }

    /// @notice Gives the stake of a retired machine back once no case can draw it any more and its seats are closed.
    function release(uint64 machine) external {
        Juror storage juror = _juror(machine);
        if (juror.retired == 0) revert AlreadyEnrolled(machine);
        if (block.timestamp < juror.retired + UNBONDING) revert TooEarly(machine, juror.retired + UNBONDING);
        if (juror.seats > 0) revert Seated(machine, juror.seats);
        uint96 stake = juror.stake;
        delete jurors[machine];
        emit JurorReleased(machine, msg.sender, stake);
        ledger.release(stakeBucket(machine), msg.sender, stake);
    }

    /// @notice Opens a case with a bond of either party. Modules of the Ledger only.
    /// @param since block at whose end the machines were enrolled that may judge it
    function open(address accuser, address accused, uint48 since, uint96 bond) external returns (uint64 id) {
        if (!ledger.isModule(msg.sender)) revert NotModule(msg.sender);
        if (bond < LEAST_BOND) revert BondTooSmall(bond);
        id = ++caseCount;
        cases[id] = Case(accuser, CaseState.Called, false, 0, since, accused, bond, bond, bond);
        uint48 beacon = _call(id, 0);
        emit CaseOpened(id, accuser, accused, since, bond, beacon);
        ledger.hold(accuser, id, bond);
        ledger.hold(accused, id, bond);
    }

    /// @notice Draws jurors for the seats that are free, and lets go of those who have not voted in time. Anybody may
    ///      call it where it changes anything. Where nobody can be drawn any more the voting is over.
    function draw(uint256 id) external {
        Case storage it = cases[id];
        if (it.state == CaseState.Called) _begin(id, it);
        else if (it.state != CaseState.Voting) revert WrongState(id, it.state);
        Round storage round = rounds[id][it.round];
        (uint16 open_, uint16 draws) = (round.open, round.draws);
        _letGo(id, it.round, round);
        if (block.timestamp <= round.deadline) _fill(id, it, round);
        if (round.open == 0) _endVoting(id, it, round);
        else if (round.open == open_ && round.draws == draws) revert NothingToDraw(id);
    }

    /// @notice A vote, sealed, so that none can be copied: keccak256(case, round, machine, guilty, salt).
    function vote(uint256 id, uint64 machine, bytes32 sealedVote) external {
        (Case storage it, Round storage round, Seat storage seat) = _drawn(id, machine);
        if (sealedVote == 0) revert BadVote(id);
        (seat.state, seat.sealedVote) = (SeatState.Sealed, sealedVote);
        round.open--;
        uint16 votes = ++round.votes;
        emit SeatSealed(id, it.round, machine);
        if (votes == seatsIn(it.round)) _endVoting(id, it, round);
    }

    /// @notice Says that a juror cannot judge the case; another one is drawn in its place. It costs nothing.
    function abstain(uint256 id, uint64 machine) external {
        (Case storage it, Round storage round, Seat storage seat) = _drawn(id, machine);
        round.abstained++;
        _empty(id, it.round, round, seat, SeatState.Abstained);
    }

    /// @notice Opens a vote once the voting is over. With the last one the round is ruled.
    function reveal(uint256 id, uint64 machine, bool guilty, bytes32 salt) external {
        Case storage it = _in(id, CaseState.Revealing);
        Round storage round = rounds[id][it.round];
        if (block.timestamp > round.deadline) revert TooLate(id, round.deadline);
        Seat storage seat = _seat(id, it.round, machine);
        if (
            seat.state != SeatState.Sealed ||
            seat.sealedVote != keccak256(abi.encode(id, it.round, machine, guilty, salt))
        ) revert BadVote(id);
        seat.state = guilty ? SeatState.Guilty : SeatState.Innocent;
        if (guilty) round.guilty++;
        uint16 revealed = ++round.revealed;
        emit SeatRevealed(id, it.round, machine, guilty);
        if (revealed == round.votes) _rule(id, it, round);
    }

    /// @notice Rules a round whose time to reveal is over.
    function rule(uint256 id) external {
        Case storage it = _in(id, CaseState.Revealing);
        Round storage round = rounds[id][it.round];
        if (block.timestamp <= round.deadline) revert TooEarly(id, uint256(round.deadline) + 1);
        _rule(id, it, round);
    }

    /// @notice The loser of a round asks for one with twice the jury, for twice the bond.
    function appeal(uint256 id) external {
        Case storage it = _in(id, CaseState.Ruled);
        Round storage round = rounds[id][it.round];
        if ((it.guilty ? it.accused : it.accuser) != msg.sender) revert NotLoser(id, msg.sender);
        if (it.round == APPEALS) revert NoAppeal(id);
        if (block.timestamp > round.deadline) revert TooLate(id, round.deadline);
        uint8 next = ++it.round;
        uint128 bond = uint128(it.bond) << next;
        if (it.guilty) it.accusedBonds += bond;
        else it.accuserBonds += bond;
        it.state = CaseState.Called;
        emit CaseAppealed(id, next, msg.sender, bond, _call(id, next));
        ledger.hold(msg.sender, id, bond);
    }

    /// @notice Ends a case that nobody can or does appeal any more, or whose jury nobody had drawn while its beacon
    ///      could be read: that one is lost by who asked for the jury. Bonds of the loser pay the jurors who voted with
    ///      the verdict, up to half; the rest is the winner's. Fines are nobody's.
    /// @return guilty the verdict, also of a case that is closed already
    function close(uint256 id) external returns (bool guilty) {
        Case storage it = cases[id];
        if (it.state == CaseState.Closed) return it.guilty;
        if (it.state == CaseState.Called) {
            uint48 beacon = rounds[id][it.round].beaconBlock;
            if (block.number <= beacon || Blockhash.blockHash(beacon) != 0) revert TooEarly(id, uint256(beacon) + 8192);
            // The accused asked for the first jury. An appeal's loser has lost before.
            if (it.round == 0) it.guilty = true;
        } else if (it.state == CaseState.Ruled) {
            uint40 deadline = rounds[id][it.round].deadline;
            if (it.round < APPEALS && block.timestamp <= deadline) revert TooEarly(id, uint256(deadline) + 1);
        } else revert WrongState(id, it.state);
        it.state = CaseState.Closed;
        guilty = it.guilty;
        _settle(id, it, guilty);
    }

    function getCase(uint256 id) external view returns (Case memory) {
        return cases[id];
    }

    function getRound(uint256 id, uint256 round) external view returns (Round memory, Seat[] memory) {
        return (rounds[id][round], seatsOf[id][round]);
    }

    /// @notice How many machines may be drawn for what is committed to next.
    function enrolledCount() external view returns (uint256) {
        return enrolled.latest();
    }

    /// @notice Seats of the first jury and of each appeal.
    function seatsIn(uint256 round) public pure returns (uint256) {
        return ((SEATS + 1) << round) - 1;
    }

    /// @notice The Ledger bucket of a juror's stake; a case's is its id.
    function stakeBucket(uint256 machine) public pure returns (uint256) {
        return (1 << 255) | machine;
    }

    function _in(uint256 id, CaseState wanted) private view returns (Case storage it) {
        it = cases[id];
        if (it.state != wanted) revert WrongState(id, it.state);
    }

    function _juror(uint64 machine) private view returns (Juror storage juror) {
        juror = jurors[machine];
        if (juror.owner == address(0)) revert NotEnrolled(machine);
        if (juror.owner != msg.sender) revert NotOwner(machine, msg.sender);
    }

    function _seat(uint256 id, uint256 round, uint64 machine) private view returns (Seat storage) {
        uint256 number = seatNumber[id][round][machine];
        if (number == 0 || jurors[machine].owner != msg.sender) revert NotJuror(id, machine);
        return seatsOf[id][round][number - 1];
    }

    /// A seat of the caller's that has not voted yet and is in time.
    function _drawn(
        uint256 id,
        uint64 machine
    ) private view returns (Case storage it, Round storage round, Seat storage seat) {
        it = _in(id, CaseState.Voting);
        round = rounds[id][it.round];
        seat = _seat(id, it.round, machine);
        if (seat.state != SeatState.Drawn) revert BadVote(id);
        if (block.timestamp > seat.until) revert TooLate(id, seat.until);
    }

    function _call(uint256 id, uint256 round) private returns (uint48 beacon) {
        beacon = SafeCast.toUint48(block.number + 1);
        rounds[id][round].beaconBlock = beacon;
    }

    function _begin(uint256 id, Case storage it) private {
        Round storage round = rounds[id][it.round];
        if (block.number <= round.beaconBlock) revert TooEarly(id, uint256(round.beaconBlock) + 1);
        bytes32 hash = Blockhash.blockHash(round.beaconBlock);
        if (hash == 0) revert TooLate(id, uint256(round.beaconBlock) + 8191);
        round.seed = keccak256(abi.encode(hash, id, it.round));
        // Two thirds of the voting: whoever is drawn last has as long as the first.
        round.deadline = uint40(block.timestamp) + 2 * VOTE;
        it.state = CaseState.Voting;
    }

    function _fill(uint256 id, Case storage it, Round storage round) private {
        uint256 count = enrolled.upperLookupRecent(it.since);
        if (count == 0) return;
        uint256 seats = seatsIn(it.round);
        (uint256 draws, uint256 taken) = (round.draws, round.open + round.votes);
        for (; taken < seats && 2 * uint256(round.abstained) < 3 * seats && draws < seats * DRAWS; ++draws) {
            uint256 position = 1 + (uint256(keccak256(abi.encode(round.seed, draws))) % count);
            uint64 machine = uint64(positions[position].upperLookupRecent(it.since));
            Juror storage juror = jurors[machine];
            address owner = juror.owner;
            if (
                owner == address(0) ||
                owner == it.accuser ||
                owner == it.accused ||
                juror.stake < FALSE_VOTE ||
                seatNumber[id][it.round][machine] != 0
            ) continue;
            uint40 until = uint40(block.timestamp) + VOTE;
            seatsOf[id][it.round].push(Seat(machine, until, SeatState.Drawn, 0));
            seatNumber[id][it.round][machine] = seatsOf[id][it.round].length;
            juror.seats++;
            ++taken;
            emit SeatDrawn(id, it.round, machine, owner, until);
        }
        if (draws == seats * DRAWS && round.draws < draws) emit DrawsSpent(id, it.round);
        (round.draws, round.open) = (uint16(draws), uint16(taken - round.votes));
    }

    function _letGo(uint256 id, uint8 number, Round storage round) private {
        if (round.open == 0) return;
        Seat[] storage seats = seatsOf[id][number];
        for (uint256 i; i < seats.length; ++i)
            if (seats[i].state == SeatState.Drawn && block.timestamp > seats[i].until)
                _empty(id, number, round, seats[i], SeatState.Absent);
    }

    function _empty(uint256 id, uint8 number, Round storage round, Seat storage seat, SeatState state) private {
        seat.state = state;
        round.open--;
        emit SeatEmptied(id, number, seat.machine, state);
    }

    function _endVoting(uint256 id, Case storage it, Round storage round) private {
        if (round.votes == 0) return _rule(id, it, round);
        (it.state, round.deadline) = (CaseState.Revealing, uint40(block.timestamp) + REVEAL);
        emit VotingEnded(id, it.round, round.deadline);
    }

    /// What few can judge is judged by nobody: else whoever picks the base model picks the jury. Where fewer than two
    /// answer, what was decided before stands.
    function _rule(uint256 id, Case storage it, Round storage round) private {
        uint256 answers = uint256(round.votes) + round.abstained;
        if (answers >= 2)
            it.guilty =
                round.guilty >= 2 &&
                2 * round.guilty > round.votes &&
                2 * uint256(round.abstained) < 3 * seatsIn(it.round);
        (it.state, round.deadline) = (CaseState.Ruled, uint40(block.timestamp) + APPEAL);
        emit CaseRuled(id, it.round, it.guilty, round.deadline);
    }

    function _settle(uint256 id, Case storage it, bool guilty) private {
        SeatState agreed = guilty ? SeatState.Guilty : SeatState.Innocent;
        uint256 right;
        for (uint256 round; round <= it.round; ++round) {
            uint256 revealed = rounds[id][round].revealed;
            right += guilty ? rounds[id][round].guilty : revealed - rounds[id][round].guilty;
        }
        (uint256 lost, uint256 kept) = guilty ? (it.accusedBonds, it.accuserBonds) : (it.accuserBonds, it.accusedBonds);
        uint256 fee = right == 0 ? 0 : lost / 2 / right;
        emit CaseClosed(id, guilty, fee);
        for (uint256 round; round <= it.round; ++round) {
            Seat[] storage seats = seatsOf[id][round];
            for (uint256 i; i < seats.length; ++i) {
                (uint64 machine, SeatState state) = (seats[i].machine, seats[i].state);
                Juror storage juror = jurors[machine];
                juror.seats--;
                if (state == agreed) ledger.release(id, juror.owner, fee);
                else if (state == SeatState.Absent || state == SeatState.Sealed) _fine(id, machine, juror, ABSENCE);
                else if (state != SeatState.Abstained) _fine(id, machine, juror, FALSE_VOTE);
            }
        }
        ledger.release(id, guilty ? it.accuser : it.accused, kept + lost - fee * right);
    }

    /// Takes a part of a stake out of everybody's reach: a fine that somebody got would make cases worth opening.
    function _fine(uint256 id, uint64 machine, Juror storage juror, uint96 wanted) private {
        uint96 amount = juror.stake < wanted ? juror.stake : wanted;
        juror.stake -= amount;
        emit JurorFined(machine, juror.owner, id, amount);
        if (juror.stake < FALSE_VOTE && juror.retired == 0) _retire(machine, juror);
        if (amount > 0) ledger.release(stakeBucket(machine), address(this), amount);
    }

    /// The last one in the draw takes the place of the one that leaves.
    function _retire(uint64 machine, Juror storage juror) private {
        uint64 last = uint64(enrolled.latest());
        if (juror.position != last) {
            uint64 moved = uint64(positions[last].latest());
            _place(juror.position, moved);
            jurors[moved].position = juror.position;
        }
        _resize(last - 1);
        juror.retired = uint40(block.timestamp);
        emit JurorRetired(machine, juror.owner, juror.retired + UNBONDING);
    }

    function _place(uint64 position, uint64 machine) private {
        positions[position].push(uint48(block.number), machine);
    }

    function _resize(uint64 count) private {
        enrolled.push(uint48(block.number), count);
    }
}
