using Tachyon.EdgeTunnel.Cli;

return await EdgeCommandLine.Create()
    .AddKeys()
    .AddProvide()
    .AddConnect()
    .AddWatch()
    .AddChannels()
    .AddStatus()
    .AddConfig()
    .RunAsync(args);
