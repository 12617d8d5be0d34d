namespace Tachyon.Chain;

/// <summary>Which state of the chain to read.</summary>
public enum ReadAt
{
    /// <summary>The newest block that counts as final. Open, confirm, top-up and lock count only here.</summary>
    Final = 0,

    /// <summary>The newest block, which a re-organisation may still replace.</summary>
    Latest = 1,
}
