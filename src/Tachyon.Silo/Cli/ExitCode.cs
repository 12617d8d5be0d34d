namespace Tachyon.Silo.Cli;

/// <summary>What <c>tachyon-silo</c> tells the shell. Scripts rely on the numbers: they are never reused.</summary>
internal enum ExitCode
{
    /// <summary>Stopped as asked.</summary>
    Success = 0,

    /// <summary>A fault that no other code names; the message says which.</summary>
    Failure = 1,

    /// <summary>The command line, a setting or a file that one names is wrong. Nothing was started.</summary>
    BadSettings = 2,

    /// <summary>An address to listen on is in use or not this machine's.</summary>
    EndpointUnavailable = 3,

    /// <summary>The storage that the settings name cannot be reached. Nothing was started; trying again may help.</summary>
    StorageUnreachable = 4,

    /// <summary>The contract does not let it, or the account has not the gas; the message says what helps. Nothing was changed.</summary>
    Refused = 5,
}
