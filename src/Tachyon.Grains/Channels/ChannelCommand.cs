namespace Tachyon.Grains.Channels;

/// <summary>What edges ask of a channel.</summary>
internal enum ChannelCommand
{
    /// <summary>Keep these units.</summary>
    SubmitUnits,

    /// <summary>Keep this closure, and close when both signed.</summary>
    SubmitClosure,

    /// <summary>Start to close alone.</summary>
    RequestClose,

    /// <summary>Confirm the channel.</summary>
    Confirm,

    /// <summary>Decline the channel.</summary>
    Decline,
}
