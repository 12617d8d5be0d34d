namespace Tachyon.EdgeTunnel.Cli;

/// <summary>What <c>tachyon-edge</c> tells the shell. Scripts rely on the numbers: they are never reused.</summary>
internal enum ExitCode
{
    /// <summary>Done as asked.</summary>
    Success = 0,

    /// <summary>A fault that no other code names; the message says which.</summary>
    Failure = 1,

    /// <summary>The command line or a setting is wrong. Nothing was started.</summary>
    BadSettings = 2,

    /// <summary>The keystore is missing, unreadable or not a keystore.</summary>
    KeystoreUnusable = 3,

    /// <summary>The password does not open the keystore.</summary>
    WrongPassword = 4,

    /// <summary>A keystore exists already where a new one was to be written.</summary>
    KeystoreExists = 5,

    /// <summary>Another process runs on this data directory.</summary>
    DataDirectoryInUse = 6,

    /// <summary>The journal cannot be opened or written, or comes from a newer version.</summary>
    JournalUnusable = 7,

    /// <summary>The RPC endpoint does not answer, or serves another chain or no Tachyon contract.</summary>
    ChainUnavailable = 8,

    /// <summary>The gateway does not answer, refuses this node, or answers what cannot be right.</summary>
    GatewayUnavailable = 9,

    /// <summary>No provider fits the limits.</summary>
    NoProvider = 10,

    /// <summary>The channel could not be opened: funds, a refused transaction, a provider that declined.</summary>
    OpenFailed = 11,

    /// <summary>The provider could not be reached, or is not the node that the channel names.</summary>
    PeerUnavailable = 12,

    /// <summary>No node answers on the control socket of this data directory.</summary>
    NotRunning = 13,

    /// <summary>The node knows no channel of that id.</summary>
    ChannelUnknown = 14,

    /// <summary>The channel could not be closed cooperatively; the message says what is left to do.</summary>
    CloseFailed = 15,

    /// <summary>The listening endpoint cannot be bound.</summary>
    EndpointUnavailable = 16,

    /// <summary>The channel was not topped up; the message says why. Nothing was paid, or it shows on chain later.</summary>
    TopUpFailed = 17,

    /// <summary>The record breaks the protocol, or is not what was signed; the output says where.</summary>
    RecordWrong = 18,

    /// <summary>The file is no channel record, of another version, or cannot be read or written.</summary>
    RecordUnreadable = 19,

    /// <summary>The session's budget is spent; everything used is signed for and the channel stays open.</summary>
    BudgetSpent = 20,

    /// <summary>The proxy refused the route, or is none; the message says what to do.</summary>
    RouteRefused = 21,

    /// <summary>Interrupted before the command was done (Ctrl-C, SIGTERM).</summary>
    Interrupted = 130,
}
