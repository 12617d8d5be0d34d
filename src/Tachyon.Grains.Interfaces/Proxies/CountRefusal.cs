namespace Tachyon.Grains;

/// <summary>Why an exit's count was not taken.</summary>
[GenerateSerializer, Alias("tachyon.CountRefusal")]
public enum CountRefusal
{
    /// <summary>It was, or is known.</summary>
    None = 0,

    /// <summary>No route of the pool has the tag.</summary>
    UnknownTag = 1,

    /// <summary>It is not in whole KB, or below an earlier one.</summary>
    BadCount = 2,

    /// <summary>The exit did not sign it.</summary>
    WrongSigner = 3,

    /// <summary>It is above the credit.</summary>
    AboveCredit = 4,
}
