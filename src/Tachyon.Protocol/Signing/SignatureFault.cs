namespace Tachyon.Protocol.Signing;

/// <summary>Why a signature is refused.</summary>
public enum SignatureFault
{
    /// <summary>No fault: the signature is good.</summary>
    None = 0,

    /// <summary>Not 65 bytes.</summary>
    WrongLength = 1,

    /// <summary>v is neither 27 nor 28.</summary>
    BadV = 2,

    /// <summary>r is zero or not below the curve's order.</summary>
    ROutOfRange = 3,

    /// <summary>s is zero or not below the curve's order.</summary>
    SOutOfRange = 4,

    /// <summary>s lies in the upper half: the malleable twin of a signature.</summary>
    HighS = 5,

    /// <summary>No key can have made this signature.</summary>
    NotRecoverable = 6,

    /// <summary>Another key than the expected one signed.</summary>
    WrongSigner = 7,
}
