using Tachyon.EdgeTunnel.Cli;

return await EdgeCommandLine.Create()
    .AddKeys()
    .AddProvide()
    .AddConnect()
    .AddChannels()
    .AddStatus()
    .AddConfig()
    .RunAsync(args);
