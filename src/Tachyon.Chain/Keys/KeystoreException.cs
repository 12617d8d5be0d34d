namespace Tachyon.Chain.Keys;

/// <summary>What is wrong with a key or password file.</summary>
public enum KeystoreFault
{
    /// <summary>It does not exist, or may not be read.</summary>
    Unreadable = 1,

    /// <summary>It is not a version 3 keystore, or a damaged one.</summary>
    NotAKeystore = 2,

    /// <summary>The password does not open it.</summary>
    WrongPassword = 3,

    /// <summary>It exists already.</summary>
    AlreadyExists = 4,

    /// <summary>It cannot be written.</summary>
    Unwritable = 5,
}

/// <summary>A key or password file that cannot be used. The message never holds the password.</summary>
public sealed class KeystoreException : Exception
{
    /// <param name="path">the file</param>
    /// <param name="fault">what is wrong with it</param>
    /// <param name="reason">the same in words</param>
    /// <param name="innerException">the cause</param>
    public KeystoreException(string path, KeystoreFault fault, string reason, Exception? innerException)
        : base($"Keystore {path}: {reason}.", innerException)
    {
        Path = path;
        Fault = fault;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong with it.</summary>
    public KeystoreFault Fault { get; }
}
