// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface ILedger {
    function hold(address from, uint256 id, uint256 amount) external;
    function release(uint256 id, address to, uint256 amount) external;
}

/// @title Tips from one account to another
contract TipJar {
    ILedger public immutable ledger;
    uint64 public tipCount;

    event Tipped(uint256 indexed id, address indexed from, address indexed to, uint96 amount, bytes32 note);
    event Closed(address indexed by);

    error NoTip();

    constructor(ILedger ledger_) {
        ledger = ledger_;
    }

    /// @notice Gives a part of the caller's free balance to another account.
    function tip(address to, uint96 amount, bytes32 note) external returns (uint64 id) {
        if (amount == 0) revert NoTip();
        id = ++tipCount;
        emit Tipped(id, msg.sender, to, amount, note);
        ledger.hold(msg.sender, id, amount);
        ledger.release(id, to, amount);
    }

    /// @notice Says goodbye. Hearth never calls it, so no action declares it and the vault never signs it.
    function close() external {
        emit Closed(msg.sender);
    }
}
