// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Sealed data as assets, with versions and a preview by lot
/// @notice A version commits to its sealed content, to its key, and to the key of each segment of the content. Only
///         then a block's hash says which segments the owner must show, so that nobody can choose the preview.
///         Content, metadata and preview are SHA-256 digests of IPFS blocks; what only people and their machines read
///         is in the events alone.
/// @dev An ERC-721 token each (EIP-721), with EIP-2981 royalties for resale. No owner, no token calls.
abstract contract DataAssets is ERC721, IERC2981 {
    enum AssetState {
        None,
        Draft,
        Listed,
        Unlisted
    }

    struct Asset {
        uint96 price;
        uint24 version;
        AssetState state;
        uint16 royalty;
        uint64 parent;
        uint40 lotBlock;
    }

    /// @param content root of the sealed package
    /// @param keyCommit keccak256(key ‖ salt)
    /// @param segments Merkle root over the segments' keys (RFC 6962, SHA-256), each committed to and wrapped
    /// @param count how many of the first segments hold rows: the lot draws from these. With none, nothing is shown
    struct Version {
        bytes32 content;
        bytes32 keyCommit;
        bytes32 salt;
        bytes32 metadata;
        bytes32 segments;
        uint32 count;
    }

    /// @notice The highest royalty, in hundredths of a percent.
    uint16 public constant MAX_ROYALTY = 2_000;
    /// @notice What is held from a version's publishing until the segments that its lot draws are shown. Whoever would
    ///         rather have another lot loses it.
    uint96 public constant LOT_BOND = 5e18;
    /// Blocks whose hashes can be read (EIP-2935).
    uint256 private constant BLOCKHASHES = 8191;

    uint64 public assetCount;
    mapping(uint256 id => Asset) public assets;
    mapping(uint256 id => address) public creators;
    mapping(uint256 id => mapping(uint256 version => bytes32)) private locks;
    mapping(uint256 id => bytes32 digest) private metadataOf;

    event AssetCreated(uint256 indexed id, address indexed owner, uint64 indexed parent, uint16 royalty);
    event VersionPublished(
        uint256 indexed id,
        uint24 version,
        bytes32 content,
        bytes32 keyCommit,
        bytes32 salt,
        bytes32 metadata,
        bytes32 segments,
        uint32 count,
        uint40 lotBlock
    );
    event PreviewShown(uint256 indexed id, uint24 version, bytes32 lot, bytes32 preview);
    event AssetListed(uint256 indexed id, uint24 version, uint96 price);
    event AssetUnlisted(uint256 indexed id);
    event SellerAnnounced(address indexed seller, bytes profile);

    error NotOwner(uint256 id, address caller);
    error NotListed(uint256 id);
    error BadVersion(uint256 id);
    error BadRoyalty(uint16 royalty);
    error UnknownAsset(uint256 id);
    error LotNotDrawn(uint256 id, uint256 from);
    error LotGone(uint256 id);
    error NoPreview(uint256 id);
    error ProfileTooLong(uint256 length);

    modifier onlyOwnerOf(uint256 id) {
        if (_ownerOf(id) == address(0)) revert UnknownAsset(id);
        if (_ownerOf(id) != msg.sender) revert NotOwner(id, msg.sender);
        _;
    }

    /// @notice Makes an asset of a first version.
    /// @param parent the asset that this one is built on, or zero; its royalty is paid on every sale of this one
    /// @param royalty what works that are built on this one owe, in hundredths of a percent
    function create(uint64 parent, uint16 royalty, Version calldata version) external returns (uint64 id) {
        if (royalty > MAX_ROYALTY) revert BadRoyalty(royalty);
        if (parent != 0 && _ownerOf(parent) == address(0)) revert UnknownAsset(parent);
        id = ++assetCount;
        (assets[id].royalty, assets[id].parent, creators[id]) = (royalty, parent, msg.sender);
        emit AssetCreated(id, msg.sender, parent, royalty);
        _mint(msg.sender, id);
        _publish(id, version);
    }

    /// @notice A new version takes the place of the one before; it must be listed again.
    function publish(uint256 id, Version calldata version) external onlyOwnerOf(id) {
        _publish(id, version);
    }

    /// @notice Shows the segments that the lot has drawn, and offers the version; the lot's bond comes back. The lot
    ///         can be looked up for 8,191 blocks; then a new version is needed, so that nobody waits for a better one.
    /// @param preview the drawn segments' keys with their Merkle paths; zero where the version has no rows, or where
    ///        they are shown already
    function list(uint256 id, uint96 price, bytes32 preview) external onlyOwnerOf(id) {
        Asset storage asset = assets[id];
        if (asset.lotBlock != 0) {
            if (preview == 0) revert NoPreview(id);
            if (block.number <= asset.lotBlock) revert LotNotDrawn(id, uint256(asset.lotBlock) + 1);
            if (block.number > asset.lotBlock + BLOCKHASHES) revert LotGone(id);
            emit PreviewShown(
                id,
                asset.version,
                keccak256(abi.encode(Blockhash.blockHash(asset.lotBlock), id, asset.version)),
                preview
            );
            asset.lotBlock = 0;
            _returnLotBond(id);
        }
        (asset.state, asset.price) = (AssetState.Listed, price);
        emit AssetListed(id, asset.version, price);
    }

    /// @notice Takes an asset off the market. What was paid for before is still delivered.
    function unlist(uint256 id) external onlyOwnerOf(id) {
        if (assets[id].state != AssetState.Listed) revert NotListed(id);
        assets[id].state = AssetState.Unlisted;
        emit AssetUnlisted(id);
    }

    /// @notice Says who a seller is and where its data node answers.
    function announce(bytes calldata profile) external {
        if (profile.length > 1024) revert ProfileTooLong(profile.length);
        emit SellerAnnounced(msg.sender, profile);
    }

    /// @notice `ipfs://` and the metadata's CID: a raw block, in base 16.
    function tokenURI(uint256 id) public view override returns (string memory) {
        _requireOwned(id);
        bytes memory hexadecimal = bytes(Strings.toHexString(uint256(metadataOf[id]), 32));
        bytes memory digits = new bytes(64);
        for (uint256 i; i < 64; ++i) digits[i] = hexadecimal[i + 2];
        return string.concat("ipfs://f01551220", string(digits));
    }

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256 id, uint256 price) external view returns (address receiver, uint256 amount) {
        return (creators[id], (price * assets[id].royalty) / 10_000);
    }

    function supportsInterface(bytes4 id) public view override(ERC721, IERC165) returns (bool) {
        return id == type(IERC2981).interfaceId || super.supportsInterface(id);
    }

    /// A new owner has neither agreed to the price nor been given the key.
    function _update(address to, uint256 id, address auth) internal override returns (address from) {
        from = super._update(to, id, auth);
        if (assets[id].state != AssetState.Listed) return from;
        assets[id].state = AssetState.Unlisted;
        emit AssetUnlisted(id);
    }

    /// What a sale of an asset owes to the work it is built on.
    function _royalty(uint256 id, uint256 price) internal view returns (address receiver, uint256 amount) {
        uint64 parent = assets[id].parent;
        if (parent == 0) return (address(0), 0);
        return (_ownerOf(parent), (price * assets[parent].royalty) / 10_000);
    }

    /// Refuses what a version has not published.
    function _requirePublished(
        uint256 id,
        uint256 version,
        bytes32 keyCommit,
        bytes32 salt,
        bytes32 segments
    ) internal view {
        if (locks[id][version] != keccak256(abi.encode(keyCommit, salt, segments))) revert BadVersion(id);
    }

    /// Holds LOT_BOND of the caller's.
    function _holdLotBond(uint256 id) internal virtual;

    /// Gives LOT_BOND to the caller, once: what earlier versions have left stays where it is, for nobody.
    function _returnLotBond(uint256 id) internal virtual;

    function _publish(uint256 id, Version calldata given) private {
        if (given.content == 0 || given.keyCommit == 0 || given.metadata == 0 || given.segments == 0)
            revert BadVersion(id);
        Asset storage asset = assets[id];
        uint24 version = ++asset.version;
        (asset.state, asset.lotBlock) = (AssetState.Draft, given.count == 0 ? 0 : uint40(block.number) + 1);
        locks[id][version] = keccak256(abi.encode(given.keyCommit, given.salt, given.segments));
        metadataOf[id] = given.metadata;
        emit VersionPublished(
            id,
            version,
            given.content,
            given.keyCommit,
            given.salt,
            given.metadata,
            given.segments,
            given.count,
            asset.lotBlock
        );
        if (given.count > 0) _holdLotBond(id);
    }
}
