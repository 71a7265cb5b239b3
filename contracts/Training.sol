// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ledger} from "./Ledger.sol";
import {Market} from "./Market.sol";

/// @title Training jobs, paid by milestones, with a proof of training
/// @notice A customer fixes a recipe and escrows a price for each milestone; a provider stakes as much. At a milestone
///         the provider commits to its checkpoints, and only then a block's hash says which segments the customer's
///         machine executes again. Content or silent, the milestone is paid. A customer who found a wrong segment
///         challenges; a provider who does not defend itself has lost, and one who does is judged by machines drawn by
///         chance, of which one honest one suffices to save an honest provider.
/// @dev A state machine without token calls: the Ledger holds the money. Every loop is bounded. No owner. What
///      only people and their machines read (recipe, root, beacon) is in the events alone.
contract Training {
    enum State {
        None,
        Open,
        Active,
        Committed,
        Sampled,
        Challenged,
        Defended,
        Passed,
        Slashed,
        Ended
    }

    struct Job {
        address customer;
        uint40 deadline;
        State state;
        uint16 milestones;
        uint16 done;
        address provider;
        uint96 price;
        uint64 machine;
        uint64 beaconBlock;
        uint40 duration;
        uint32 checkpoints;
    }

    struct Juror {
        address account;
        bool revealed;
        bool guilty;
        bytes32 sealedVote;
    }

    Ledger public immutable ledger;
    Market public immutable market;
    /// @notice How long a customer may take to judge a milestone, and a provider to defend itself.
    uint40 public constant ANSWER = 1 days;
    /// @notice How long jurors may take to vote, and again to reveal.
    uint40 public constant VOTE = 1 days;
    uint256 public constant JURY = 3;
    uint256 private constant DRAWS = 24;
    uint16 public constant MAX_MILESTONES = 100;

    uint64 public jobCount;
    mapping(uint256 id => Job) private jobs;
    mapping(uint256 id => Juror[]) private juries;

    event JobOpened(
        uint256 indexed id,
        address indexed customer,
        uint256 indexed machine,
        bytes32 recipe,
        uint96 price,
        uint16 milestones,
        uint40 duration
    );
    event JobAccepted(uint256 indexed id, address indexed provider, uint40 deadline);
    event JobCommitted(
        uint256 indexed id,
        address indexed provider,
        bytes32 root,
        uint32 checkpoints,
        uint64 beaconBlock
    );
    event JobSampled(uint256 indexed id, bytes32 beacon, uint40 deadline);
    event MilestonePaid(uint256 indexed id, address indexed provider, uint16 done, uint256 paid);
    event JobChallenged(uint256 indexed id, address indexed customer, uint32 segment, uint40 deadline);
    event JobDefended(uint256 indexed id, address indexed provider, uint64 beaconBlock);
    event JurorDrawn(uint256 indexed id, address indexed juror);
    event JurorVoted(uint256 indexed id, address indexed juror, bool guilty);
    event JobClosed(
        uint256 indexed id,
        address indexed customer,
        address indexed provider,
        State state,
        uint256 refunded
    );

    error WrongState(uint256 id, State state);
    error NotCustomer(uint256 id, address caller);
    error NotProvider(uint256 id, address caller);
    error NotJuror(uint256 id, address caller);
    error MachineNotLive(uint256 machine);
    error BadTerms();
    error TooEarly(uint256 id, uint256 from);
    error TooLate(uint256 id, uint256 until);
    error BadVote(uint256 id);

    constructor(Ledger ledger_, Market market_) {
        ledger = ledger_;
        market = market_;
    }

    /// @notice Asks a machine to train by a recipe and holds price × milestones of the caller's free balance.
    /// @param duration seconds that the provider may take for each milestone
    function open(
        uint64 machine,
        uint96 price,
        uint16 milestones,
        uint40 duration,
        bytes32 recipe
    ) external returns (uint64 id) {
        if (price == 0 || milestones == 0 || milestones > MAX_MILESTONES || duration == 0 || duration > 365 days)
            revert BadTerms();
        if (_liveOwner(machine) == msg.sender) revert BadTerms();
        id = ++jobCount;
        Job storage job = jobs[id];
        job.customer = msg.sender;
        job.state = State.Open;
        job.milestones = milestones;
        job.price = price;
        job.machine = machine;
        job.duration = duration;
        emit JobOpened(id, msg.sender, machine, recipe, price, milestones, duration);
        ledger.hold(msg.sender, id, uint256(price) * milestones);
    }

    /// @notice Takes back a job that nobody accepted.
    function cancel(uint256 id) external {
        Job storage job = _in(id, State.Open);
        if (job.customer != msg.sender) revert NotCustomer(id, msg.sender);
        _end(id, job, State.Ended);
    }

    /// @notice The machine's owner takes the job on and stakes as much as it can earn.
    function accept(uint256 id) external {
        Job storage job = _in(id, State.Open);
        if (_liveOwner(job.machine) != msg.sender) revert NotProvider(id, msg.sender);
        job.provider = msg.sender;
        job.state = State.Active;
        job.deadline = uint40(block.timestamp) + job.duration;
        emit JobAccepted(id, msg.sender, job.deadline);
        ledger.hold(msg.sender, stakeBucket(id), uint256(job.price) * job.milestones);
    }

    /// @notice Commits to all checkpoints so far. The segments are drawn from a block that is not made yet.
    /// @param root Merkle root over the checkpoints' hashes (RFC 6962, SHA-256)
    function commit(uint256 id, bytes32 root, uint32 checkpoints) external {
        Job storage job = _in(id, State.Active);
        if (job.provider != msg.sender) revert NotProvider(id, msg.sender);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        if (root == 0 || checkpoints < 2 || checkpoints <= job.checkpoints) revert BadTerms();
        (job.state, job.checkpoints, job.beaconBlock) = (State.Committed, checkpoints, uint64(block.number) + 1);
        emit JobCommitted(id, msg.sender, root, checkpoints, job.beaconBlock);
    }

    /// @notice Fixes the beacon. Anybody may call it; a block that is too old to be known is replaced by a new one.
    function sample(uint256 id) external {
        Job storage job = _in(id, State.Committed);
        bytes32 seed = _beacon(id, job);
        if (seed == 0) return;
        (job.state, job.deadline) = (State.Sampled, uint40(block.timestamp) + ANSWER);
        emit JobSampled(id, seed, job.deadline);
    }

    /// @notice The milestone is paid: by a content customer at once, by anybody when the customer stays silent.
    function pass(uint256 id) external {
        Job storage job = _in(id, State.Sampled);
        if (job.customer != msg.sender && block.timestamp <= job.deadline)
            revert TooEarly(id, uint256(job.deadline) + 1);
        _payMilestone(id, job);
    }

    /// @notice The customer says that a sampled segment is wrong or was withheld, with a milestone's price as bond.
    function challenge(uint256 id, uint32 segment) external {
        Job storage job = _in(id, State.Sampled);
        if (job.customer != msg.sender) revert NotCustomer(id, msg.sender);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        if (segment + 1 >= job.checkpoints) revert BadTerms();
        (job.state, job.deadline) = (State.Challenged, uint40(block.timestamp) + ANSWER);
        emit JobChallenged(id, msg.sender, segment, job.deadline);
        ledger.hold(msg.sender, bondBucket(id), job.price);
    }

    /// @notice The provider stands by its work, with a bond of its own, and asks for a jury.
    function defend(uint256 id) external {
        Job storage job = _in(id, State.Challenged);
        if (job.provider != msg.sender) revert NotProvider(id, msg.sender);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        (job.state, job.beaconBlock, job.deadline) = (
            State.Defended,
            uint64(block.number) + 1,
            uint40(block.timestamp) + VOTE
        );
        emit JobDefended(id, msg.sender, job.beaconBlock);
        ledger.hold(msg.sender, bondBucket(id), job.price);
    }

    /// @notice Who does not answer a challenge in time has lost. Anybody may call this.
    function slash(uint256 id) external {
        Job storage job = _in(id, State.Challenged);
        if (block.timestamp <= job.deadline) revert TooEarly(id, uint256(job.deadline) + 1);
        ledger.release(bondBucket(id), job.customer, job.price);
        _slash(id, job);
    }

    /// @notice Draws up to three owners of live machines, none of them a party, none twice.
    function draw(uint256 id) external {
        Job storage job = _in(id, State.Defended);
        if (juries[id].length > 0) revert WrongState(id, State.Defended);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        bytes32 seed = _beacon(id, job);
        if (seed == 0) return;
        uint64 machines = market.machineCount();
        for (uint256 i; i < DRAWS && juries[id].length < JURY; ++i) {
            (address owner, Market.MachineState state, , , , , ) = market.machines(
                1 + (uint256(keccak256(abi.encode(seed, id, i))) % machines)
            );
            if (
                state != Market.MachineState.Live ||
                owner == job.customer ||
                owner == job.provider ||
                _seat(id, owner) < JURY
            ) continue;
            juries[id].push(Juror(owner, false, false, 0));
            emit JurorDrawn(id, owner);
        }
    }

    /// @notice A juror's vote, sealed, so that none can be copied: keccak256(job, juror, guilty, salt).
    function vote(uint256 id, bytes32 sealedVote) external {
        Job storage job = _in(id, State.Defended);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        juries[id][_juror(id)].sealedVote = sealedVote;
    }

    /// @notice Opens a vote after the voting is over.
    function reveal(uint256 id, bool guilty, bytes32 salt) external {
        Job storage job = _in(id, State.Defended);
        if (block.timestamp <= job.deadline) revert TooEarly(id, uint256(job.deadline) + 1);
        if (block.timestamp > uint256(job.deadline) + VOTE) revert TooLate(id, uint256(job.deadline) + VOTE);
        Juror storage juror = juries[id][_juror(id)];
        if (
            juror.revealed ||
            juror.sealedVote == 0 ||
            juror.sealedVote != keccak256(abi.encode(id, msg.sender, guilty, salt))
        ) revert BadVote(id);
        (juror.revealed, juror.guilty) = (true, guilty);
        emit JurorVoted(id, msg.sender, guilty);
    }

    /// @notice Ends a dispute. Two or more of one mind decide; any other outcome voids the job and nobody loses.
    function rule(uint256 id) external {
        Job storage job = _in(id, State.Defended);
        uint256 from = uint256(job.deadline) + VOTE + 1;
        if (block.timestamp < from) revert TooEarly(id, from);
        (uint256 guilty, uint256 innocent) = _count(id);
        uint256 bonds = 2 * uint256(job.price);
        if (guilty >= 2 && innocent == 0) {
            ledger.release(bondBucket(id), job.customer, bonds - _payJury(id, job.price, guilty));
            _slash(id, job);
        } else if (innocent >= 2 && guilty == 0) {
            ledger.release(bondBucket(id), job.provider, bonds - _payJury(id, job.price, innocent));
            delete juries[id];
            _payMilestone(id, job);
        } else {
            ledger.release(bondBucket(id), job.customer, job.price);
            ledger.release(bondBucket(id), job.provider, job.price);
            ledger.release(stakeBucket(id), job.provider, uint256(job.price) * job.milestones);
            _end(id, job, State.Ended);
        }
    }

    /// @notice Ends a job whose provider is late or gives up: a milestone's price of the stake goes to the customer.
    ///         Finished milestones stay paid; another provider can go on from the last committed checkpoint.
    function expire(uint256 id) external {
        Job storage job = _in(id, State.Active);
        if (job.provider != msg.sender && block.timestamp <= job.deadline)
            revert TooEarly(id, uint256(job.deadline) + 1);
        ledger.close(stakeBucket(id), job.customer, job.price, job.provider);
        _end(id, job, State.Ended);
    }

    /// @notice The customer's way out of a running job: the stake goes back whole, finished milestones stay paid,
    ///      and the provider loses what it has computed since the last one.
    function leave(uint256 id) external {
        Job storage job = _in(id, State.Active);
        if (job.customer != msg.sender) revert NotCustomer(id, msg.sender);
        ledger.release(stakeBucket(id), job.provider, uint256(job.price) * job.milestones);
        _end(id, job, State.Ended);
    }

    function getJob(uint256 id) external view returns (Job memory) {
        return jobs[id];
    }

    function jurors(uint256 id) external view returns (Juror[] memory) {
        return juries[id];
    }

    /// @notice The Ledger bucket of a job's stake; the escrow's is the job's id.
    function stakeBucket(uint256 id) public pure returns (uint256) {
        return (1 << 255) | id;
    }

    /// @notice The Ledger bucket of both parties' bonds.
    function bondBucket(uint256 id) public pure returns (uint256) {
        return (1 << 254) | id;
    }

    function _in(uint256 id, State wanted) private view returns (Job storage job) {
        job = jobs[id];
        if (job.state != wanted) revert WrongState(id, job.state);
    }

    function _liveOwner(uint64 machine) private view returns (address) {
        (address owner, Market.MachineState state, , , , , ) = market.machines(machine);
        if (state != Market.MachineState.Live) revert MachineNotLive(machine);
        return owner;
    }

    /// Zero where the block was too old and another one was set.
    function _beacon(uint256 id, Job storage job) private returns (bytes32) {
        if (block.number <= job.beaconBlock) revert TooEarly(id, job.beaconBlock + 1);
        bytes32 hash = blockhash(job.beaconBlock);
        if (hash == 0) {
            job.beaconBlock = uint64(block.number) + 1;
            return 0;
        }
        return keccak256(abi.encode(hash, id));
    }

    function _payMilestone(uint256 id, Job storage job) private {
        uint16 done = ++job.done;
        emit MilestonePaid(id, job.provider, done, job.price);
        ledger.release(id, job.provider, job.price);
        if (done == job.milestones) {
            job.state = State.Passed;
            emit JobClosed(id, job.customer, job.provider, State.Passed, 0);
            ledger.release(stakeBucket(id), job.provider, uint256(job.price) * job.milestones);
        } else {
            (job.state, job.deadline) = (State.Active, uint40(block.timestamp) + job.duration);
        }
    }

    function _slash(uint256 id, Job storage job) private {
        ledger.release(stakeBucket(id), job.customer, uint256(job.price) * job.milestones);
        _end(id, job, State.Slashed);
    }

    /// What is left in escrow goes back to the customer.
    function _end(uint256 id, Job storage job, State state) private {
        uint256 refunded = uint256(job.price) * (job.milestones - job.done);
        job.state = state;
        emit JobClosed(id, job.customer, job.provider, state, refunded);
        ledger.release(id, job.customer, refunded);
    }

    function _count(uint256 id) private view returns (uint256 guilty, uint256 innocent) {
        Juror[] storage jury = juries[id];
        for (uint256 i; i < jury.length; ++i) {
            if (!jury[i].revealed) continue;
            if (jury[i].guilty) guilty++;
            else innocent++;
        }
    }

    /// Those who revealed share half of the loser's bond.
    function _payJury(uint256 id, uint96 bond, uint256 revealed) private returns (uint256 paid) {
        Juror[] storage jury = juries[id];
        uint256 fee = bond / 2 / revealed;
        for (uint256 i; i < jury.length; ++i) {
            if (!jury[i].revealed) continue;
            ledger.release(bondBucket(id), jury[i].account, fee);
            paid += fee;
        }
    }

    function _juror(uint256 id) private view returns (uint256 seat) {
        seat = _seat(id, msg.sender);
        if (seat == JURY) revert NotJuror(id, msg.sender);
    }

    /// JURY where an account has no seat.
    function _seat(uint256 id, address account) private view returns (uint256) {
        Juror[] storage jury = juries[id];
        for (uint256 i; i < jury.length; ++i) if (jury[i].account == account) return i;
        return JURY;
    }
}
