namespace Tachyon.Protocol.Frames;

/// <summary>Flag bits of a frame header. Unassigned bits must be zero.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>No flag is set.</summary>
    None = 0,

    /// <summary>A unit section of <see cref="FrameLayout.UnitSectionBytes"/> follows the header.</summary>
    Unit = 1,
}
