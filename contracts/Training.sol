// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Jury} from "./Jury.sol";
import {Ledger} from "./Ledger.sol";
import {Market} from "./Market.sol";

/// @title Training jobs, paid by milestones, with a proof of training
/// @notice A customer fixes a recipe and escrows a price for each milestone; a provider stakes as much. At a milestone
///         the provider commits to its checkpoints, and only then a block's hash says which segments the customer's
///         machine executes again. Content or silent, the milestone is paid. A customer who found a wrong segment
///         challenges; a provider who does not defend itself has lost, and one who does is judged by a jury of machines
///         that were enrolled before the commitment.
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
        uint48 beaconBlock;
        uint40 duration;
        uint32 checkpoints;
        /// The jury's case about the milestone at hand.
        uint64 dispute;
    }

    Ledger public immutable ledger;
    Market public immutable market;
    Jury public immutable jury;
    /// @notice How long a customer may take to judge a milestone, and a provider to defend itself.
    uint40 public constant ANSWER = 1 days;
    uint16 public constant MAX_MILESTONES = 100;

    uint64 public jobCount;
    mapping(uint256 id => Job) private jobs;

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
        uint48 beaconBlock
    );
    event JobSampled(uint256 indexed id, bytes32 beacon, uint40 deadline);
    event MilestonePaid(uint256 indexed id, address indexed provider, uint16 done, uint256 paid);
    event JobChallenged(uint256 indexed id, address indexed customer, uint32 segment, uint96 bond, uint40 deadline);
    event JobDefended(uint256 indexed id, address indexed provider, uint64 indexed dispute);
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
    error MachineNotLive(uint256 machine);
    error BadTerms();
    error TooEarly(uint256 id, uint256 from);
    error TooLate(uint256 id, uint256 until);

    constructor(Ledger ledger_, Market market_, Jury jury_) {
        ledger = ledger_;
        market = market_;
        jury = jury_;
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
        (job.state, job.checkpoints, job.beaconBlock) = (
            State.Committed,
            checkpoints,
            SafeCast.toUint48(block.number + 1)
        );
        emit JobCommitted(id, msg.sender, root, checkpoints, job.beaconBlock);
    }

    /// @notice Fixes the beacon. Anybody may call it while the hash of its block can be read: 8,191 blocks (EIP-2935).
    function sample(uint256 id) external {
        Job storage job = _in(id, State.Committed);
        uint48 beacon = job.beaconBlock;
        if (block.number <= beacon) revert TooEarly(id, uint256(beacon) + 1);
        bytes32 hash = Blockhash.blockHash(beacon);
        if (hash == 0) revert TooLate(id, uint256(beacon) + 8191);
        (job.state, job.deadline) = (State.Sampled, uint40(block.timestamp) + ANSWER);
        emit JobSampled(id, keccak256(abi.encode(hash, id)), job.deadline);
    }

    /// @notice The milestone is paid: by a content customer at once, by anybody when the customer stays silent.
    function pass(uint256 id) external {
        Job storage job = _in(id, State.Sampled);
        if (job.customer != msg.sender && block.timestamp <= job.deadline)
            revert TooEarly(id, uint256(job.deadline) + 1);
        _payMilestone(id, job);
    }

    /// @notice The customer says that a sampled segment is wrong or was withheld, with a bond.
    function challenge(uint256 id, uint32 segment) external {
        Job storage job = _in(id, State.Sampled);
        if (job.customer != msg.sender) revert NotCustomer(id, msg.sender);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        if (segment + 1 >= job.checkpoints) revert BadTerms();
        (job.state, job.deadline) = (State.Challenged, uint40(block.timestamp) + ANSWER);
        uint96 bond = bondOf(job.price);
        emit JobChallenged(id, msg.sender, segment, bond, job.deadline);
        ledger.hold(msg.sender, bondBucket(id), bond);
    }

    /// @notice The provider stands by its work, with a bond of its own, and asks for a jury of machines that were
    ///         enrolled before it committed to the work.
    function defend(uint256 id) external {
        Job storage job = _in(id, State.Challenged);
        if (job.provider != msg.sender) revert NotProvider(id, msg.sender);
        if (block.timestamp > job.deadline) revert TooLate(id, job.deadline);
        uint96 bond = bondOf(job.price);
        ledger.release(bondBucket(id), job.customer, bond);
        // The beacon's block came behind the commitment's, and that behind the last one that may count.
        uint64 dispute = jury.open(job.customer, msg.sender, job.beaconBlock - 2, bond);
        (job.state, job.dispute) = (State.Defended, dispute);
        emit JobDefended(id, msg.sender, dispute);
    }

    /// @notice Who does not answer a challenge in time has lost. Anybody may call this.
    function slash(uint256 id) external {
        Job storage job = _in(id, State.Challenged);
        if (block.timestamp <= job.deadline) revert TooEarly(id, uint256(job.deadline) + 1);
        ledger.release(bondBucket(id), job.customer, bondOf(job.price));
        _slash(id, job);
    }

    /// @notice Carries the jury's verdict out, and closes its case if nobody has.
    function rule(uint256 id) external {
        Job storage job = _in(id, State.Defended);
        if (jury.close(job.dispute)) _slash(id, job);
        else _payMilestone(id, job);
    }

    /// @notice Ends a job whose provider is late, gives up, or has let the beacon of its commitment go by: a milestone's
    ///         price of the stake goes to the customer. Finished milestones stay paid; another provider can go on from
    ///         the last committed checkpoint.
    function expire(uint256 id) external {
        Job storage job = jobs[id];
        if (job.state == State.Committed) {
            uint48 beacon = job.beaconBlock;
            if (block.number <= beacon || Blockhash.blockHash(beacon) != 0) revert TooEarly(id, uint256(beacon) + 8192);
        } else {
            _in(id, State.Active);
            if (job.provider != msg.sender && block.timestamp <= job.deadline)
                revert TooEarly(id, uint256(job.deadline) + 1);
        }
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

    /// @notice The Ledger bucket of a job's stake; the escrow's is the job's id.
    function stakeBucket(uint256 id) public pure returns (uint256) {
        return (1 << 255) | id;
    }

    /// @notice What a challenge and its defence cost whoever is wrong.
    function bondOf(uint96 price) public view returns (uint96) {
        uint96 least = jury.LEAST_BOND();
        return price > least ? price : least;
    }

    /// @notice The Ledger bucket of a challenge's bond; the jury holds both parties' once there is a case.
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
}
